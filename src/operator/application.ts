/** The service's own machine-to-machine application at Logto. */
import * as z from "zod";
import type { OperatorTenant } from "../logto/operator-tenant.ts";
import { OperatorError } from "../operator-error.ts";
import type { Report } from "./report.ts";

export const applicationName = "profile-bff";

const application = z.object({
  id: z.string(),
  name: z.string(),
  customClientMetadata: z.looseObject({ allowTokenExchange: z.boolean().optional() }).optional(),
  /** The single secret of an older application. A newer one has several secrets, and a placeholder here. */
  secret: z.string().optional(),
});
const role = z.object({ id: z.string(), name: z.string() });

export type Application = z.infer<typeof application>;

/**
 * Finds the application or creates it.
 * @returns the application, or undefined if a dry run did not create it.
 * @throws {OperatorError} if several applications have its name.
 */
export async function ensureApplication(
  tenant: OperatorTenant,
  report: Report,
): Promise<Application | undefined> {
  const type = "MachineToMachine";
  const machines = await tenant.list("listApplications", { query: { types: type } }, application);
  const [existing, ...others] = machines.filter(({ name }) => name === applicationName);
  if (others.length > 0) {
    throw new OperatorError(
      `The tenant has ${others.length + 1} machine-to-machine applications named ${applicationName}: rename or delete all but one, then run again.`,
    );
  }
  if (existing) {
    report.found(`the application ${applicationName} (${existing.id})`);
    return existing;
  }
  const json = { name: applicationName, description: "Lets people manage their own profile.", type };
  return report.change("create", `the application ${applicationName}`, () =>
    tenant.call("createApplication", { json }, application),
  );
}

/** Gives the application its role, and warns of all other rights that it has. */
export async function ensureApplicationRole(
  tenant: OperatorTenant,
  application: Application | undefined,
  wanted: { id: string; name: string } | undefined,
  report: Report,
): Promise<void> {
  const parts = application ? { id: application.id } : {};
  const held = application ? await tenant.list("listApplicationRoles", { parts }, role) : [];
  const holds = held.some(({ id }) => id === wanted?.id);
  if (!holds) {
    const json = { roleIds: wanted ? [wanted.id] : [] };
    await report.change("give", `${applicationName} its role`, () =>
      tenant.call("giveApplicationRoles", { parts, json }, z.unknown()),
    );
  }
  const others = held.filter(({ id }) => id !== wanted?.id);
  if (others.length > 0) {
    const names = others.map(({ name }) => name).join(", ");
    report.warn(
      `${applicationName} also holds the role ${names}: take it away unless something else needs it`,
    );
  }
  if (application?.customClientMetadata?.allowTokenExchange) {
    report.warn(
      `${applicationName} may exchange tokens, and so act as any person: only \`npm run token\` needs that, so switch it off in production`,
    );
  }
}
