import * as z from "zod/v3";
import { answer, noContent } from "../http/answer.ts";
import { readBody } from "../http/body.ts";
import { LogtoError } from "../http/logto-error.ts";
import { type Handler, param, type RouteTable } from "../http/route-table.ts";
import { hashPassword, verifyPassword } from "../password-hash.ts";
import { basicIssues, type PasswordIssue, restrictedIssues } from "../password-policy.ts";
import { passwordPolicyOf } from "../store/sign-in-experience.ts";
import type { User } from "../store/users.ts";
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
      const issues = checkPolicy(tenant, password, userId === undefined ? undefined : users.get(userId));
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

/**
 * Applies the whole policy.
 * @throws {LogtoError} 400 `request.invalid_input` when the breach service is unreachable, or when the policy
 * rejects personal data and the request names no user.
 */
function checkPolicy(tenant: TenantContext, password: string, user: User | undefined): PasswordIssue[] {
  const { breachedPasswords, breachServiceReachable } = tenant.settings;
  const policy = passwordPolicyOf(tenant.state.signInExperience);
  const issues = basicIssues(password, policy);
  if (policy.rejects.pwned) {
    if (!breachServiceReachable)
      throw new LogtoError(400, "request.invalid_input", { message: "fetch failed" });
    if (breachedPasswords.has(password)) issues.push({ code: "password_rejected.pwned" });
  }
  if (policy.rejects.userInfo && user === undefined && password !== "") {
    throw new LogtoError(400, "request.invalid_input", { message: "User information is required." });
  }
  const personalData = {
    name: user?.name ?? null,
    username: user?.username ?? null,
    email: user?.primaryEmail ?? null,
    phone: user?.primaryPhone ?? null,
  };
  return [...issues, ...restrictedIssues(password, policy, personalData)];
}
