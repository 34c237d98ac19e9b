/** `/me/identities`: the accounts at third parties with which a person signs in. */
import { OpenAPIHono } from "@hono/zod-openapi";
import * as z from "zod";
import type { Env } from "../../http/env.ts";
import { named } from "../../http/named.ts";
import { readHeaders, stepUpHeader } from "../../http/request-headers.ts";
import { ok, protectedRoute } from "../../http/route.ts";
import { refuseInvalid } from "../../http/validation.ts";
import type { Services } from "../../services.ts";
import { listIdentities } from "./list-identities.ts";
import { removeIdentity } from "./remove-identity.ts";

const text = z.string().nullable();
const connector = z.record(z.string(), z.string()).meta({
  description: "What the provider is called, by language; empty where the tenant has it no more.",
});
const identity = named(
  "LinkedAccount",
  z.object({
    ref: text.meta({ description: "Null for one that only its organisation can remove." }),
    kind: z.enum(["social", "sso"]),
    target: z.string(),
    connector,
    account: z.object({
      id: z.string().meta({ description: "The account there, shortened." }),
      name: text,
      email: text,
    }),
  }),
);
const list = named(
  "LinkedAccountList",
  z.object({
    items: z.array(identity),
    addAt: z.record(z.string(), z.object({ connector, url: z.string() })).meta({
      description:
        "By target, the page at Logto that links another one, where the tenant has switched these pages on. With `?redirect=` it leads back.",
    }),
  }),
);
const params = z.object({ ref: z.string().max(128) });

const listRoute = (services: Services) =>
  protectedRoute(services, { scope: "profile:read" })({
    method: "get",
    path: "/",
    operationId: "listIdentities",
    summary: "List the linked accounts",
    tags: ["identities"],
    responses: ok("Accounts with which the person signs in.", list),
  });

const removeRoute = (services: Services) =>
  protectedRoute(services, { scope: "profile:write" })(
    {
      method: "delete",
      path: "/{ref}",
      operationId: "removeIdentity",
      summary: "Remove a linked account",
      tags: ["identities"],
      request: { params },
      responses: ok("It is gone.", named("RemovedIdentity", z.object({ removed: z.string() }))),
    },
    ["not_found", "last_identifier", "outcome_unknown"],
    stepUpHeader,
  );

export function identityRoutes(services: Services) {
  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid })
    .openapi(listRoute(services), async (c) => c.json(await listIdentities(services, c.get("caller")), 200))
    .openapi(removeRoute(services), async (c) => {
      const { "Verification-Id": verificationId } = readHeaders(c.req.raw, stepUpHeader);
      const { ref } = c.req.valid("param");
      await removeIdentity(services, c.get("caller"), { ref, verificationId });
      return c.json({ removed: ref }, 200);
    });
}
