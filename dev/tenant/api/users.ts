import { answer, noContent } from "../http/answer.ts";
import { readBody } from "../http/body.ts";
import { LogtoError } from "../http/logto-error.ts";
import { page } from "../http/pagination.ts";
import { type Handler, param, type RouteTable } from "../http/route-table.ts";
import { randomId } from "../ids.ts";
import { hashPassword } from "../password-hash.ts";
import { blankUser } from "../store/users.ts";
import type { TenantContext } from "../tenant-context.ts";
import { hookCause } from "./hook-cause.ts";
import { showUser, storable, userPatchSchema, userPostSchema } from "./user-schema.ts";
import { searchUsers } from "./user-search.ts";

/** `/api/users`: finds, creates, changes and deletes users. */
export function userRoutes(routes: RouteTable, tenant: TenantContext): void {
  const { users } = tenant.state;
  routes
    .on("GET", "/api/users", (c) => page(c, searchUsers(c, users.list()), showUser))
    .on("POST", "/api/users", createUser(tenant))
    .on("GET", "/api/users/:userId", (c) => {
      const user = users.get(param(c, "userId"));
      const digest = {
        passwordDigest: user.passwordDigest,
        passwordAlgorithm: user.passwordDigest && "Argon2i",
      };
      return answer(c, {
        ...showUser(user),
        ...(c.req.query("includeSsoIdentities") === "true" ? { ssoIdentities: [] } : {}),
        ...(c.req.query("includePasswordHash") === "true" ? digest : {}),
      });
    })
    .on("PATCH", "/api/users/:userId", patchUser(tenant))
    .on("DELETE", "/api/users/:userId", deleteUser(tenant));
}

function createUser(tenant: TenantContext): Handler {
  const { users, roles } = tenant.state;
  return async (c) => {
    const { password, ...change } = await readBody(c, userPostSchema);
    users.assertFree(change);
    const user = blankUser(randomId(12), tenant.now());
    if (Object.keys(change).length > 0) Object.assign(user, storable(change));
    if (password !== undefined) user.passwordDigest = await hashPassword(password, tenant.passwordCost);
    user.roleIds = new Set(roles.defaultIds());
    users.assertFree(change);
    users.insert(user);
    const shown = showUser(user);
    tenant.webhooks.trigger("User.Created", { ...hookCause(c, 200), data: shown });
    return answer(c, shown);
  };
}

function patchUser(tenant: TenantContext): Handler {
  const { users } = tenant.state;
  return async (c) => {
    const change = await readBody(c, userPatchSchema);
    const user = users.get(param(c, "userId"));
    users.assertFree(change, user.id);
    // Logto stores the row before it validates the answer: a name too long in UTF-16 is stored and answered with 500.
    Object.assign(user, storable(change), { updatedAt: tenant.now() });
    const shown = showUser(user);
    tenant.webhooks.trigger("User.Data.Updated", { ...hookCause(c, 200), data: shown });
    return answer(c, shown);
  };
}

function deleteUser(tenant: TenantContext): Handler {
  const { users, oidc, personalAccessTokens } = tenant.state;
  return (c) => {
    const userId = param(c, "userId");
    if (userId === c.var.callerId) throw new LogtoError(400, "user.cannot_delete_self");
    const { hasPassword: _hasPassword, ...deleted } = showUser(users.get(userId));
    users.remove(userId);
    oidc.signOut(userId);
    personalAccessTokens.removeAll(userId);
    tenant.webhooks.trigger("User.Deleted", { ...hookCause(c, 204), data: deleted });
    return noContent(c);
  };
}
