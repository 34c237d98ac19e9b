/** `/me/has-password` and `/me/password`: whether there is one, the policy, verification, change. */
import { OpenAPIHono } from "@hono/zod-openapi";
import * as z from "zod";
import { stringUpTo } from "../../fields/text.ts";
import type { Env } from "../../http/env.ts";
import { requestHeaders } from "../../http/request-headers.ts";
import { instant, json, ok, protectedRoute } from "../../http/route.ts";
import { refuseInvalid } from "../../http/validation.ts";
import type { Services } from "../../services.ts";
import { changePassword } from "./change-password.ts";
import { checkPassword } from "./check-password.ts";
import { verifyPassword } from "./verify-password.ts";

/** As it was typed, in UTF-16 units, as the tenant's policy counts. */
const password = stringUpTo(256).min(1);
const body = json(z.strictObject({ password }));
const issue = z.object({
  code: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});

const routes = (services: Services) => {
  const readRoute = protectedRoute(services, { scope: "profile:read" });
  const writeRoute = protectedRoute(services, { scope: "profile:write" });
  return {
    has: readRoute({
      method: "get",
      path: "/has-password",
      responses: ok("Whether the person has a password.", z.object({ hasPassword: z.boolean() })),
    }),
    check: writeRoute({
      method: "post",
      path: "/password/check",
      request: { body },
      responses: ok("What the tenant's policy says.", z.object({ ok: z.boolean(), issues: z.array(issue) })),
    }),
    verify: writeRoute({
      method: "post",
      path: "/password/verify",
      request: { body },
      responses: ok("A step-up record.", z.object({ verificationId: z.string(), expiresAt: instant })),
    }),
    change: writeRoute({
      method: "patch",
      path: "/password",
      request: { headers: requestHeaders.pick({ "Verification-Id": true }), body },
      responses: ok("The password is set.", z.object({ revokedSessions: z.int() })),
    }),
  };
};

export function passwordRoutes(services: Services) {
  const { has, check, verify, change } = routes(services);
  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid })
    .openapi(has, async (c) => {
      const { hasPassword } = await services.logto.snapshots.get(c.var.caller.userId);
      return c.json({ hasPassword }, 200);
    })
    .openapi(check, async (c) =>
      c.json(await checkPassword(services, c.var.caller, c.req.valid("json").password), 200),
    )
    .openapi(verify, async (c) =>
      c.json(await verifyPassword(services, c.var.caller, c.req.valid("json").password), 200),
    )
    .openapi(change, async (c) => {
      const { password } = c.req.valid("json");
      const { "Verification-Id": verificationId } = c.req.valid("header");
      return c.json(await changePassword(services, c.var.caller, { password, verificationId }), 200);
    });
}
