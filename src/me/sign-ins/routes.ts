/** `/me/sign-ins`: who signed in or tried, and what to do if it was somebody else. */
import { OpenAPIHono } from "@hono/zod-openapi";
import * as z from "zod";
import type { Env } from "../../http/env.ts";
import { named } from "../../http/named.ts";
import { instant, json, ok, protectedRoute } from "../../http/route.ts";
import { refuseInvalid } from "../../http/validation.ts";
import type { Services } from "../../services.ts";
import { disownSignIns } from "./disown-sign-ins.ts";
import { readSignIns } from "./read-sign-ins.ts";
import { reasons } from "./sign-in.ts";

const method = z
  .enum(["password", "email", "phone", "social", "sso", "one_time_token", "passkey", "totp", "backup_code"])
  .nullable();

const item = z.object({
  id: z.string(),
  at: instant,
  result: z.enum(["ok", "refused"]),
  reason: z.enum(reasons).nullable().meta({ description: "Why it was refused." }),
  seenBy: z
    .enum(["tenant", "here"])
    .meta({ description: "The sign-in page of the tenant, or this service." }),
  application: z
    .object({ id: z.string(), name: z.string().nullable() })
    .nullable()
    .meta({ description: "For which application; its name where the tenant tells it." }),
  method,
  secondFactor: method,
  browser: z.string().nullable(),
  system: z.string().nullable(),
  address: z.string().nullable().meta({ description: "The network: /24 of IPv4, /48 of IPv6." }),
  reportedPlace: z
    .object({ country: z.string().nullable(), city: z.string().nullable() })
    .meta({ description: "As the request said of itself: anybody can make it say anything." }),
});

const page = named(
  "SignInPage",
  z.object({
    items: z.array(named("SignIn", item)),
    nextCursor: z.string().optional(),
    lockouts: z.enum(["listed", "not_received"]).meta({
      description:
        "A wrong password or code has nobody's name at the tenant, so such tries are listed only once they lock the account, where the tenant tells this service of that.",
    }),
  }),
);

const nextPage = {
  operationId: "listSignIns",
  parameters: { cursor: "$response.body#/nextCursor" },
  description: "The next page; the last one has no `nextCursor`.",
};

const cursor = { description: "`nextCursor` of the page before. Default: the first page." };

const listRoute = (services: Services) =>
  protectedRoute(services, { scope: "profile:read" })({
    method: "get",
    path: "/",
    operationId: "listSignIns",
    summary: "List when somebody signed in as you, or tried",
    description: "A page can be empty and still have a next one.",
    tags: ["sign-ins"],
    request: { query: z.object({ cursor: z.string().max(256).optional().meta(cursor) }) },
    responses: ok("Sign-ins and refused tries, newest first.", page, { links: { nextPage } }),
  });

const disownRoute = (services: Services) =>
  protectedRoute(services, { scope: "profile:write" })({
    method: "post",
    path: "/not-me",
    operationId: "disownSignIns",
    summary: "Say that a sign-in was not yours",
    description:
      "Ends every session and grant, the one of this call too, and every record, code and proof. Takes no step-up. Sign in again then, and set a new password: the present one still works.",
    tags: ["sign-ins"],
    request: { body: json(named("DisownSignIns", z.strictObject({}))) },
    responses: ok(
      "All has ended here. What the tenant could not end now, it ends soon.",
      named("DisownedSignIns", z.object({ revokedSessions: z.int() })),
    ),
  });

export function signInRoutes(services: Services) {
  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid })
    .openapi(listRoute(services), async (c) => {
      await services.logto.snapshots.get(c.get("caller").userId);
      return c.json(await readSignIns(services, c.get("caller"), c.req.valid("query").cursor), 200);
    })
    .openapi(disownRoute(services), async (c) => c.json(await disownSignIns(services, c.get("caller")), 200));
}
