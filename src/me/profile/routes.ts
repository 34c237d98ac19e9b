/** `/me` and what hangs under it: the document, its schema, custom data and business fields. */
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import * as z from "zod";
import type { Env } from "../../http/env.ts";
import { answers, described, forPeople, sends, takes, takesPatch } from "../../http/route.ts";
import { refuseInvalid } from "../../http/validation.ts";
import type { JsonObject } from "../../json.ts";
import type { Services } from "../../services.ts";
import { shownGroup } from "./document.ts";
import { type Profile, presentProfile, readProfile } from "./read-profile.ts";
import { revealBusiness } from "./reveal-business.ts";
import { groupSchema, profileSchema } from "./schema.ts";
import { readStoredProfile } from "./stored-profile.ts";
import { updateProfile } from "./update-profile.ts";

const anyObject = { type: "object" };

const routes = () => ({
  read: createRoute({
    method: "get",
    path: "/",
    ...forPeople("profile:read"),
    responses: answers("The whole profile.", described(profileSchema())),
  }),
  update: createRoute({
    method: "patch",
    path: "/",
    ...forPeople("profile:write"),
    ...sends("If-Match", "Verification-Id", "Idempotency-Key"),
    request: takesPatch(described(profileSchema())),
    responses: answers("The whole profile as it is now.", described(profileSchema())),
  }),
  schema: createRoute({
    method: "get",
    path: "/schema",
    ...forPeople("profile:read"),
    responses: answers("JSON Schema of the profile.", described(anyObject)),
  }),
  readCustomData: createRoute({
    method: "get",
    path: "/custom-data",
    ...forPeople("profile:read"),
    responses: answers("The person's custom data.", described(groupSchema("logto.customData"))),
  }),
  updateCustomData: createRoute({
    method: "patch",
    path: "/custom-data",
    ...forPeople("profile:write"),
    ...sends("If-Match", "Verification-Id", "Idempotency-Key"),
    request: takesPatch(described(groupSchema("logto.customData"))),
    responses: answers("The person's custom data as it is now.", described(groupSchema("logto.customData"))),
  }),
  readBusiness: createRoute({
    method: "get",
    path: "/business",
    ...forPeople("profile:read"),
    responses: answers("The business fields, masked.", described(groupSchema("vault"))),
  }),
  updateBusiness: createRoute({
    method: "patch",
    path: "/business",
    ...forPeople("profile:write"),
    ...sends("If-Match", "Verification-Id", "Idempotency-Key"),
    request: takesPatch(described(groupSchema("vault"))),
    responses: answers("The business fields as they are now, masked.", described(groupSchema("vault"))),
  }),
  reveal: createRoute({
    method: "post",
    path: "/business/reveal",
    ...forPeople("profile:read"),
    ...sends("Verification-Id"),
    request: takes(z.strictObject({ fields: z.array(z.string().max(64)).min(1).max(50) })),
    responses: answers("The named business fields, unmasked.", described(anyObject)),
  }),
});

export function meRoutes(services: Services) {
  const { read, update, schema, reveal, ...groups } = routes();
  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid })
    .openapi(read, async (c) =>
      answer(c, await readProfile(services, c.var.caller, { fresh: wantsFresh(c) })),
    )
    .openapi(update, async (c) => {
      const stores = await updateProfile(services, c.var.caller, {
        patch: c.req.valid("json"),
        ...conditions(c),
      });
      return answer(c, await presentProfile(stores));
    })
    .openapi(schema, async (c) => {
      await services.logto.snapshots.get(c.var.caller.userId);
      return c.json(profileSchema(), 200);
    })
    .openapi(groups.readCustomData, async (c) =>
      c.json(shownGroup(await storesOf(c), "logto.customData"), 200),
    )
    .openapi(groups.updateCustomData, async (c) =>
      c.json(shownGroup(await updateGroup(c, "customData", c.req.valid("json")), "logto.customData"), 200),
    )
    .openapi(groups.readBusiness, async (c) => c.json(shownGroup(await storesOf(c), "vault"), 200))
    .openapi(groups.updateBusiness, async (c) =>
      c.json(shownGroup(await updateGroup(c, "business", c.req.valid("json")), "vault"), 200),
    )
    .openapi(reveal, async (c) => {
      const { fields } = c.req.valid("json");
      return c.json(await revealBusiness(services, c.var.caller, { fields, ...conditions(c) }), 200);
    });

  function storesOf(c: Context<Env>) {
    return readStoredProfile(services, c.var.caller, { fresh: wantsFresh(c) });
  }

  function updateGroup(c: Context<Env>, group: string, body: JsonObject) {
    const patch = { [group]: body };
    return updateProfile(services, c.var.caller, { patch, prefix: `/${group}`, ...conditions(c) });
  }
}

function answer(c: Context<Env>, { document, tag }: Profile) {
  c.header("ETag", tag);
  return c.json(document, 200);
}

const conditions = (c: Context<Env>) => ({
  ifMatch: c.req.header("If-Match"),
  verificationId: c.req.header("Verification-Id"),
});

/** `Cache-Control: no-cache` on a request (RFC 9111, section 5.2.1.4) asks for Logto's own answer. */
const wantsFresh = (c: Context<Env>) => /\bno-cache\b/i.test(c.req.header("Cache-Control") ?? "");
