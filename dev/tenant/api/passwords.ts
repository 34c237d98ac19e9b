import * as z from "zod/v3";
import { checkPassword, personalDataOf } from "../check-password.ts";
import { answer, noContent } from "../http/answer.ts";
import { readBody } from "../http/body.ts";
import { LogtoError } from "../http/logto-error.ts";
import { type Handler, param, type RouteTable } from "../http/route-table.ts";
import { hashPassword, verifyPassword } from "../password-hash.ts";
import type { TenantContext } from "../tenant-context.ts";
import { hookCause } from "./hook-cause.ts";
import { showUser } from "./user-schema.ts";

const passwordBody = z.object({ password: z.string().min(1) });

/** Passwords. As at Logto, only `check-password` applies the policy, and `verify` has no lockout. */
export function passwordRoutes(routes: RouteTable, tenant: TenantContext): void {
  const { users } = tenant.state;
  routes
    .on("GET", "/api/users/:userId/has-password", (c) => {
      return answer(c, { hasPassword: users.get(param(c, "userId")).passwordDigest !== null });
    })
    .on("PATCH", "/api/users/:userId/password", setPassword(tenant))
    .on("POST", "/api/users/:userId/password/verify", async (c) => {
      const { password } = await readBody(c, passwordBody);
      const { passwordDigest } = users.get(param(c, "userId"));
      if (!(await verifyPassword(password, passwordDigest, tenant.passwordCost))) {
        throw new LogtoError(422, "session.invalid_credentials");
      }
      return noContent(c);
    })
    .on("PATCH", "/api/users/:userId/password/expiration", () => {
      throw new LogtoError(400, "sign_in_experiences.password_expiration_not_enabled");
    })
    .on("POST", "/api/sign-in-exp/default/check-password", async (c) => {
      const body = z.object({ password: z.string(), userId: z.string().optional() });
      const { password, userId } = await readBody(c, body);
      const issues = checkPassword(
        tenant,
        password,
        userId === undefined ? undefined : personalDataOf(users.get(userId)),
      );
      return issues.length === 0 ? answer(c, { result: true }) : answer(c, { result: false, issues }, 400);
    });
}

function setPassword(tenant: TenantContext): Handler {
  const { users } = tenant.state;
  return async (c) => {
    const { password } = await readBody(c, passwordBody);
    const user = users.get(param(c, "userId"));
    user.passwordDigest = await hashPassword(password, tenant.passwordCost);
    user.updatedAt = tenant.now();
    const shown = showUser(user);
    tenant.webhooks.trigger("User.Data.Updated", { ...hookCause(c, 200), data: shown });
    return answer(c, shown);
  };
}
