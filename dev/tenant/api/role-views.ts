import type { Resource, Role, Scope } from "../store/roles.ts";

/** A role as the Management API shows it. */
export function showRole({ id, name, description, type, isDefault }: Role) {
  return { tenantId: "default", id, name, description, type, isDefault };
}

/** A permission as the Management API shows it. */
export function showScope(scope: Scope) {
  return { tenantId: "default", ...scope };
}

/** An API resource as the Management API shows it. */
export function showResource(resource: Resource) {
  return { tenantId: "default", ...resource };
}
