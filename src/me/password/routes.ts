/** `/me/has-password` and `/me/password`: whether there is one, the policy, verification, change. */
import { OpenAPIHono } from "@hono/zod-openapi";
import * as z from "zod";
import { stringUpTo } from "../../fields/text.ts";
import type { Env } from "../../http/env.ts";
import { named } from "../../http/named.ts";
import { passwordIssue } from "../../http/problem-schema.ts";
import { readHeaders, stepUpHeader } from "../../http/request-headers.ts";
import { json, ok, protectedRoute } from "../../http/route.ts";
import { stepUpLinks, stepUpRecord } from "../../http/step-up-record.ts";
import { refuseInvalid } from "../../http/validation.ts";
import type { Services } from "../../services.ts";
import { changePassword } from "./change-password.ts";
import { checkPassword } from "./check-password.ts";
import { verifyPassword } from "./verify-password.ts";

/** As it was typed, in UTF-16 units, as the tenant's policy counts. */
const password = stringUpTo(256).min(1).meta({ format: "password" });
const body = json(named("Password", z.strictObject({ password })));

const routes = (services: Services) => {
  const readRoute = protectedRoute(services, { scope: "profile:read" });
  const writeRoute = protectedRoute(services, { scope: "profile:write" });
  return {
    has: readRoute({
      method: "get",
      path: "/has-password",
      operationId: "readHasPassword",
      summary: "Ask whether there is a password",
      tags: ["password"],
      responses: ok("Whether there is one.", named("HasPassword", z.object({ hasPassword: z.boolean() }))),
    }),
    check: writeRoute({
      method: "post",
      path: "/password/check",
      operationId: "checkPassword",
      summary: "Check a new password against the tenant's policy",
      tags: ["password"],
      request: { body },
      responses: ok(
        "What the policy says.",
        named("PasswordCheck", z.object({ ok: z.boolean(), issues: z.array(passwordIssue) })),
      ),
    }),
    verify: writeRoute(
      {
        method: "post",
        path: "/password/verify",
        operationId: "verifyPassword",
        summary: "Prove by password that it is you",
        tags: ["password"],
        request: { body },
        responses: ok("A step-up record.", stepUpRecord, { links: stepUpLinks }),
      },
      ["password_incorrect", "too_many_attempts"],
    ),
    change: writeRoute(
      {
        method: "patch",
        path: "/password",
        operationId: "changePassword",
        summary: "Change the password",
        description: "Ends every other session and grant of the person.",
        tags: ["password"],
        request: { body },
        responses: ok(
          "The password is set.",
          named("PasswordChange", z.object({ revokedSessions: z.int() })),
        ),
      },
      ["password_rejected", "outcome_unknown"],
      stepUpHeader,
    ),
  };
};

export function passwordRoutes(services: Services) {
  const { has, check, verify, change } = routes(services);
  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid })
    .openapi(has, async (c) => {
      const { hasPassword } = await services.logto.snapshots.get(c.get("caller").userId);
      return c.json({ hasPassword }, 200);
    })
    .openapi(check, async (c) =>
      c.json(await checkPassword(services, c.get("caller"), c.req.valid("json").password), 200),
    )
    .openapi(verify, async (c) =>
      c.json(await verifyPassword(services, c.get("caller"), c.req.valid("json").password), 200),
    )
    .openapi(change, async (c) => {
      const { password } = c.req.valid("json");
      const { "Verification-Id": verificationId } = readHeaders(c.req.raw, stepUpHeader);
      return c.json(await changePassword(services, c.get("caller"), { password, verificationId }), 200);
    });
}
