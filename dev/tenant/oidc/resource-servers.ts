import { errors, type KoaContextWithOIDC, type ResourceServer } from "oidc-provider";
import type { TenantState } from "../store/state.ts";

/**
 * The API a token is asked for, with the permissions the caller's roles grant there.
 * Before anybody has signed in, all of its permissions.
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

/** Whose roles count for the request at hand. */
export function callerOf(ctx: KoaContextWithOIDC, clientId: string): { userId?: string; machineId?: string } {
  const userId = ctx.oidc.entities.Account?.accountId ?? ctx.oidc.session?.accountId;
  if (userId !== undefined) return { userId };
  return ctx.oidc.params?.grant_type === "client_credentials" ? { machineId: clientId } : {};
}
