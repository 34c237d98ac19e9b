/** API resources, their scopes, and the roles that grant them. Each is found by name, and what is missing is added. */
import * as z from "zod";
import type { OperatorTenant } from "../logto/operator-tenant.ts";
import { OperatorError } from "../operator-error.ts";
import type { Report } from "./report.ts";

const resource = z.object({ id: z.string(), indicator: z.string() });
const named = z.object({ id: z.string(), name: z.string() });
const role = named.extend({ type: z.enum(["User", "MachineToMachine"]) });

type Named = z.infer<typeof named>;

/** A role to be found or created. @see https://docs.logto.io/authorization/role-based-access-control */
export type WantedRole = {
  name: string;
  description: string;
  type: "User" | "MachineToMachine";
  /** True if Logto gives the role to every new user. */
  isDefault?: boolean;
};

/**
 * Finds the scope `all` of the Management API.
 * @throws {OperatorError} if the tenant has no such API or scope.
 */
export async function findManagementScope(tenant: OperatorTenant, indicator: string): Promise<Named> {
  const resources = await tenant.list("listResources", {}, resource);
  const api = resources.find((candidate) => candidate.indicator === indicator);
  const scopes = api ? await tenant.list("listScopes", { parts: { id: api.id } }, named) : [];
  const all = scopes.find(({ name }) => name === "all");
  if (!all) {
    throw new OperatorError(
      `The tenant has no Management API ${indicator}: set LOGTO_MANAGEMENT_API to its own.`,
    );
  }
  return all;
}

/**
 * Finds or creates an API resource and its scopes.
 * @returns the scopes; in a dry run only those that exist already.
 */
export async function ensureApi(
  tenant: OperatorTenant,
  { name, indicator, scopes: wanted }: { name: string; indicator: string; scopes: readonly string[] },
  report: Report,
): Promise<Named[]> {
  const resources = await tenant.list("listResources", {}, resource);
  const existing = resources.find((candidate) => candidate.indicator === indicator);
  if (existing) report.found(`the API resource ${indicator}`);
  const create = () => tenant.call("createResource", { json: { name, indicator } }, resource);
  const api = existing ?? (await report.change("create", `the API resource ${indicator}`, create));
  const held = existing ? await tenant.list("listScopes", { parts: { id: existing.id } }, named) : [];
  const scopes = held.filter((scope) => wanted.includes(scope.name));
  for (const scope of wanted.filter((candidate) => !held.some((one) => one.name === candidate))) {
    const json = { name: scope };
    const parts = api ? { id: api.id } : {};
    const made = await report.change("create", `its scope ${scope}`, () =>
      tenant.call("createScope", { parts, json }, named),
    );
    if (made) scopes.push(made);
  }
  return scopes;
}

/**
 * Finds or creates a role that grants at least these scopes.
 * @returns the role, or undefined if a dry run did not create it.
 * @throws {OperatorError} if a role of another type has its name.
 */
export async function ensureRole(
  tenant: OperatorTenant,
  wanted: WantedRole,
  scopes: readonly Named[],
  report: Report,
): Promise<Named | undefined> {
  const roles = await tenant.list("listRoles", {}, role);
  const existing = roles.find(({ name }) => name === wanted.name);
  const scopeIds = scopes.map(({ id }) => id);
  if (!existing) {
    const create = () => tenant.call("createRole", { json: { ...wanted, scopeIds } }, role);
    const made = await report.change("create", `the role ${wanted.name}`, create);
    if (wanted.isDefault) report.warn("new people get this role by themselves: give it to those who exist");
    return made;
  }
  if (existing.type !== wanted.type) {
    throw new OperatorError(
      `The role ${wanted.name} is not of type ${wanted.type}: rename it, then run again.`,
    );
  }
  report.found(`the role ${wanted.name}`);
  await completeRole(tenant, existing, scopes, report);
  return existing;
}

async function completeRole(
  tenant: OperatorTenant,
  { id, name }: Named,
  scopes: readonly Named[],
  report: Report,
) {
  const held = await tenant.list("listRoleScopes", { parts: { id } }, named);
  const missing = scopes.filter((scope) => !held.some((one) => one.id === scope.id));
  const extra = held.filter((one) => !scopes.some((scope) => scope.id === one.id));
  if (missing.length > 0) {
    const json = { scopeIds: missing.map((scope) => scope.id) };
    await report.change("add", `${missing.map((scope) => scope.name).join(", ")} to the role ${name}`, () =>
      tenant.call("addRoleScopes", { parts: { id }, json }, z.unknown()),
    );
  }
  if (extra.length > 0) {
    report.warn(
      `the role ${name} also grants ${extra.map((one) => one.name).join(", ")}: remove what it does not need`,
    );
  }
}
