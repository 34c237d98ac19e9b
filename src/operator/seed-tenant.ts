import type { OperatorTenant } from "../logto/operator-tenant.ts";
import {
  type Application,
  applicationName,
  ensureApplication,
  ensureApplicationRole,
} from "./application.ts";
import { ensureApi, ensureRole, findManagementScope } from "./permissions.ts";
import type { Report } from "./report.ts";

/** The scopes of the service's own API. */
const profileScopes = ["profile:read", "profile:write"];

/**
 * Brings a tenant to the state the service needs: its API and scopes, a role for people, and its application with
 * a role of its own, so that nobody's change to a shared role reaches it. Finds what exists, and adds what is missing.
 * @returns the application, or undefined when a dry run did not make it.
 * @throws {OperatorError} saying what stands in the way; running again goes on from there.
 */
export async function seedTenant(
  tenant: OperatorTenant,
  { managementApi, apiResource }: { managementApi: string; apiResource: string },
  report: Report,
): Promise<Application | undefined> {
  const all = await findManagementScope(tenant, managementApi);
  const api = { name: applicationName, indicator: apiResource, scopes: profileScopes };
  const scopes = await ensureApi(tenant, api, report);
  const forPeople = {
    name: `${applicationName}: person`,
    description: "Manages their own profile.",
    type: "User",
    isDefault: true,
  } as const;
  await ensureRole(tenant, forPeople, scopes, report);
  const forMachines = {
    name: `${applicationName}: management`,
    description: "Reads and changes people through the Management API.",
    type: "MachineToMachine",
  } as const;
  const role = await ensureRole(tenant, forMachines, [all], report);
  const application = await ensureApplication(tenant, report);
  await ensureApplicationRole(tenant, application, role, report);
  return application;
}
