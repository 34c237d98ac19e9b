/** The only endpoints that an operator's commands can call. The running service has a shorter list: `endpoints.ts`. */
import { OperatorError } from "../operator-error.ts";

type OperatorEndpoint = { method: "GET" | "POST" | "PATCH" | "DELETE"; path: `api/${string}` };

export const operatorEndpoints = {
  listUsers: { method: "GET", path: "api/users" },
  getUser: { method: "GET", path: "api/users/{id}" },
  createSubjectToken: { method: "POST", path: "api/subject-tokens" },
  listApplications: { method: "GET", path: "api/applications" },
  getApplication: { method: "GET", path: "api/applications/{id}" },
  createApplication: { method: "POST", path: "api/applications" },
  updateApplication: { method: "PATCH", path: "api/applications/{id}" },
  listSecrets: { method: "GET", path: "api/applications/{id}/secrets" },
  addSecret: { method: "POST", path: "api/applications/{id}/secrets" },
  deleteSecret: { method: "DELETE", path: "api/applications/{id}/secrets/{name}" },
  deleteLegacySecret: { method: "DELETE", path: "api/applications/{id}/legacy-secret" },
  listApplicationRoles: { method: "GET", path: "api/applications/{id}/roles" },
  giveApplicationRoles: { method: "POST", path: "api/applications/{id}/roles" },
  listResources: { method: "GET", path: "api/resources" },
  createResource: { method: "POST", path: "api/resources" },
  listScopes: { method: "GET", path: "api/resources/{id}/scopes" },
  createScope: { method: "POST", path: "api/resources/{id}/scopes" },
  listRoles: { method: "GET", path: "api/roles" },
  createRole: { method: "POST", path: "api/roles" },
  listRoleScopes: { method: "GET", path: "api/roles/{id}/scopes" },
  listHooks: { method: "GET", path: "api/hooks" },
  listConnectors: { method: "GET", path: "api/connectors" },
  listEmailTemplates: { method: "GET", path: "api/email-templates" },
  getSignInExperience: { method: "GET", path: "api/sign-in-exp" },
  getAccountCenter: { method: "GET", path: "api/account-center" },
  addRoleScopes: { method: "POST", path: "api/roles/{id}/scopes" },
} as const satisfies Record<string, OperatorEndpoint>;

export type OperatorEndpointName = keyof typeof operatorEndpoints;

/** The variable parts of a path: an id, and the name of an application's secret. */
export type PathParts = { id?: string; name?: string };

/**
 * Fills an endpoint's path.
 * @throws {OperatorError} for a part that is empty or that a URL would read as another path.
 */
export function operatorPath(name: OperatorEndpointName, parts: PathParts): string {
  const fill = (slot: string, value = "") => {
    if (value === "" || /^\.+$/.test(value)) throw new OperatorError(`${name} cannot use this ${slot}.`);
    return encodeURIComponent(value);
  };
  return operatorEndpoints[name].path
    .replace("{id}", () => fill("id", parts.id))
    .replace("{name}", () => fill("name", parts.name));
}
