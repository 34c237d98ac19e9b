/** `/me/has-password` and `/me/password`: what there is, what would do, proof, change. */
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import * as z from "zod";
import type { Env } from "../../http/env.ts";
import { answers, forPeople, instant, sends, takes } from "../../http/route.ts";
import { refuseInvalid } from "../../http/validation.ts";
import type { Services } from "../../services.ts";
import { changePassword } from "./change-password.ts";
import { checkPassword } from "./check-password.ts";
import { verifyPassword } from "./verify-password.ts";

/** Counted in code points, after normalisation, as the tenant's policy counts. */
const maxPasswordLength = 256;

const routes = () => {
  const password = z
    .string()
    .min(1)
    .refine((value) => [...value.normalize("NFC")].length <= maxPasswordLength, "is too long");
  const body = takes(z.strictObject({ password }));
  const params = z.record(z.string(), z.union([z.string(), z.number()])).optional();
  const issues = z.array(z.object({ code: z.string(), params }));
  return {
    has: createRoute({
      method: "get",
      path: "/has-password",
      ...forPeople("profile:read"),
      responses: answers("Whether the person has a password.", z.object({ hasPassword: z.boolean() })),
    }),
    check: createRoute({
      method: "post",
      path: "/password/check",
      ...forPeople("profile:write"),
      ...sends("Idempotency-Key"),
      request: body,
      responses: answers("What the tenant's policy says.", z.object({ ok: z.boolean(), issues })),
    }),
    verify: createRoute({
      method: "post",
      path: "/password/verify",
      ...forPeople("profile:write"),
      ...sends("Idempotency-Key"),
      request: body,
      responses: answers("A step-up record.", z.object({ verificationId: z.string(), expiresAt: instant })),
    }),
    change: createRoute({
      method: "patch",
      path: "/password",
      ...forPeople("profile:write"),
      ...sends("Verification-Id", "Idempotency-Key"),
      request: body,
      responses: answers("The password is set.", z.object({ revokedSessions: z.int() })),
    }),
  };
};

export function passwordRoutes(services: Services) {
  const { has, check, verify, change } = routes();
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
      const verificationId = c.req.header("Verification-Id");
      return c.json(await changePassword(services, c.var.caller, { password, verificationId }), 200);
    });
}
