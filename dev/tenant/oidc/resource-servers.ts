import { errors, type KoaContextWithOIDC, type ResourceServer } from "oidc-provider";
import type { TenantState } from "../store/state.ts";

/**
 * The API that a token is requested for, with the permissions that the caller's roles grant.
 * Before a user has signed in, it has all permissions.
 * @throws {errors.InvalidTarget} for an API the tenant does not know.
 */
export function resourceServer(
  state: TenantState,
  indicator: string,
  caller: { userId?: string | undefined; machineId?: string | undefined },
): ResourceServer {
  const resource = state.roles.resourceByIndicator(indicator);
  if (resource === undefined) throw new errors.InvalidTarget("resource indicator is missing, or unknown");
  const holder =
    caller.userId === undefined
      ? state.applications.find(caller.machineId ?? "")
      : (state.users.find(caller.userId) ?? { roleIds: new Set<string>() });
  const scopes = holder
    ? state.roles.granted(resource, holder.roleIds)
    : state.roles.scopesOf(resource.id).map(({ name }) => name);
  return {
    scope: scopes.join(" "),
    audience: indicator,
    accessTokenFormat: "jwt",
    accessTokenTTL: resource.accessTokenTtl,
    jwt: { sign: { alg: "ES384" } },
  };
}

/** The user or the machine whose roles apply to this request. */
export function callerOf(ctx: KoaContextWithOIDC, clientId: string): { userId?: string; machineId?: string } {
  const userId = ctx.oidc.entities.Account?.accountId ?? ctx.oidc.session?.accountId;
  if (userId !== undefined) return { userId };
  return ctx.oidc.params?.grant_type === "client_credentials" ? { machineId: clientId } : {};
}
