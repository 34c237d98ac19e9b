/** `seed:m2m`: prepares a tenant for the service. */
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
export const profileScopes = ["profile:read", "profile:write"];

/**
 * Finds or creates what the service needs: its API resource with scopes, a role for people, and its application with
 * a role of its own, so that a change to a role that others use does not affect it.
 * @returns the application, or undefined if a dry run did not create it.
 * @throws {OperatorError} that says what is wrong; the next run continues from there.
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
