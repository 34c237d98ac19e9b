/** `/me/factors`: the second factors of a person. */
import { OpenAPIHono } from "@hono/zod-openapi";
import * as z from "zod";
import type { Env } from "../../http/env.ts";
import { named } from "../../http/named.ts";
import { readHeaders, stepUpHeader } from "../../http/request-headers.ts";
import { ok, protectedRoute } from "../../http/route.ts";
import { refuseInvalid } from "../../http/validation.ts";
import type { Services } from "../../services.ts";
import { listFactors } from "./list-factors.ts";
import { removeFactor } from "./remove-factor.ts";

const text = z.string().nullable();
const factor = named(
  "Factor",
  z.object({
    ref: z.string().meta({ description: "Names it for this person alone; no other can use it." }),
    type: z.string().meta({ description: "Logto's word: `Totp`, `WebAuthn`, `BackupCode`." }),
    name: text.meta({ description: "What its person calls a passkey." }),
    browser: text.meta({ description: "With which a passkey was made." }),
    system: text,
    createdAt: text,
    lastUsedAt: text,
    remainingCodes: z.number().nullable().meta({ description: "Of backup codes." }),
  }),
);
const list = named(
  "FactorList",
  z.object({
    items: z.array(factor),
    isRequired: z.boolean().meta({ description: "The tenant demands a second factor." }),
    addAt: z.record(z.string(), z.string()).meta({
      description:
        "By type, the page at Logto that adds one, where the tenant has switched these pages on. With `?redirect=` it leads back.",
    }),
  }),
);
const params = z.object({ ref: z.string().max(128) });

const listRoute = (services: Services) =>
  protectedRoute(services, { scope: "profile:read" })({
    method: "get",
    path: "/",
    operationId: "listFactors",
    summary: "List the second factors",
    tags: ["factors"],
    responses: ok("What is set up; no secret is in it.", list),
  });

const removeRoute = (services: Services) =>
  protectedRoute(services, { scope: "profile:write" })(
    {
      method: "delete",
      path: "/{ref}",
      operationId: "removeFactor",
      summary: "Remove a second factor",
      tags: ["factors"],
      request: { params },
      responses: ok("It is gone.", named("RemovedFactor", z.object({ removed: z.string() }))),
    },
    ["not_found", "factor_required", "outcome_unknown"],
    stepUpHeader,
  );

export function factorRoutes(services: Services) {
  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid })
    .openapi(listRoute(services), async (c) => c.json(await listFactors(services, c.get("caller")), 200))
    .openapi(removeRoute(services), async (c) => {
      const { "Verification-Id": verificationId } = readHeaders(c.req.raw, stepUpHeader);
      const { ref } = c.req.valid("param");
      await removeFactor(services, c.get("caller"), { ref, verificationId });
      return c.json({ removed: ref }, 200);
    });
}
