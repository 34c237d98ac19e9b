/** `/me`, `/me/schema`, `/me/custom-data` and `/me/business`: the document, its schema and two of its groups. */
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import * as z from "zod";
import type { Storage } from "../../fields/catalogue.ts";
import type { Env, ProtectedEnv } from "../../http/env.ts";
import { requestHeaders } from "../../http/request-headers.ts";
import { json, mergePatch, objectOf, ok, protectedRoute } from "../../http/route.ts";
import { refuseInvalid } from "../../http/validation.ts";
import type { JsonObject } from "../../json.ts";
import type { Services } from "../../services.ts";
import { namesTag } from "./entity-tag.ts";
import { presentProfile, readProfile } from "./read-profile.ts";
import { revealBusiness } from "./reveal-business.ts";
import { groupSchema, profileSchema } from "./schema.ts";
import { updateProfile } from "./update-profile.ts";

const anyObject = { type: "object" };
const conditions = requestHeaders.pick({ "If-Match": true, "Verification-Id": true });
const ifNoneMatch = requestHeaders.pick({ "If-None-Match": true });

const okOrNotModified = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  ...ok(description, schema),
  304: { description: "The answer that the caller has is still the same." },
});

const routes = (services: Services) => {
  const readRoute = protectedRoute(services, { scope: "profile:read" });
  return {
    read: readRoute({
      method: "get",
      path: "/",
      request: { headers: ifNoneMatch },
      responses: okOrNotModified("The whole profile.", objectOf(profileSchema())),
    }),
    schema: readRoute({
      method: "get",
      path: "/schema",
      responses: ok("JSON Schema of the profile.", objectOf(anyObject)),
    }),
    readCustomData: readRoute({
      method: "get",
      path: "/custom-data",
      request: { headers: ifNoneMatch },
      responses: okOrNotModified("The person's custom data.", objectOf(groupSchema("logto.customData"))),
    }),
    readBusiness: readRoute({
      method: "get",
      path: "/business",
      request: { headers: ifNoneMatch },
      responses: okOrNotModified("The business fields, masked.", objectOf(groupSchema("vault"))),
    }),
    ...changingRoutes(services),
  };
};

const changingRoutes = (services: Services) => {
  const writeRoute = protectedRoute(services, { scope: "profile:write" });
  // Each repeat must pass step-up itself, so its answer is never stored.
  const revealRoute = protectedRoute(services, { scope: "profile:read", replays: false });
  return {
    update: writeRoute({
      method: "patch",
      path: "/",
      request: { headers: conditions, body: mergePatch(objectOf(profileSchema())) },
      responses: ok("The whole profile as it is now.", objectOf(profileSchema())),
    }),
    updateCustomData: writeRoute({
      method: "patch",
      path: "/custom-data",
      request: { headers: conditions, body: mergePatch(objectOf(groupSchema("logto.customData"))) },
      responses: ok("The person's custom data as it is now.", objectOf(groupSchema("logto.customData"))),
    }),
    updateBusiness: writeRoute({
      method: "patch",
      path: "/business",
      request: { headers: conditions, body: mergePatch(objectOf(groupSchema("vault"))) },
      responses: ok("The business fields as they are now, masked.", objectOf(groupSchema("vault"))),
    }),
    reveal: revealRoute({
      method: "post",
      path: "/business/reveal",
      request: {
        headers: requestHeaders.pick({ "Verification-Id": true }),
        body: json(z.strictObject({ fields: z.array(z.string().max(64)).min(1).max(50) })),
      },
      responses: ok("The named business fields, unmasked.", objectOf(anyObject)),
    }),
  };
};

export function profileRoutes(services: Services) {
  const { read, update, schema, reveal, ...groups } = routes(services);
  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid })
    .openapi(read, (c) => show(c, c.req.valid("header")))
    .openapi(update, (c) => change(c, c.req.valid("json"), c.req.valid("header")))
    .openapi(schema, async (c) => {
      await services.logto.snapshots.get(c.var.caller.userId);
      return c.json(profileSchema(), 200);
    })
    .openapi(groups.readCustomData, (c) => show(c, c.req.valid("header"), "logto.customData"))
    .openapi(groups.updateCustomData, (c) =>
      change(c, c.req.valid("json"), c.req.valid("header"), "logto.customData"),
    )
    .openapi(groups.readBusiness, (c) => show(c, c.req.valid("header"), "vault"))
    .openapi(groups.updateBusiness, (c) => change(c, c.req.valid("json"), c.req.valid("header"), "vault"))
    .openapi(reveal, async (c) => {
      const { "Verification-Id": verificationId } = c.req.valid("header");
      const { fields } = c.req.valid("json");
      return c.json(await revealBusiness(services, c.var.caller, { fields, verificationId }), 200);
    });

  async function show(c: Context<ProtectedEnv>, headers: z.infer<typeof ifNoneMatch>, group?: Storage) {
    const { document, tag } = await readProfile(services, c.var.caller, { fresh: wantsFresh(c), group });
    c.header("ETag", tag);
    const known = headers["If-None-Match"];
    return known !== undefined && namesTag(known, tag) ? c.body(null, 304) : c.json(document, 200);
  }

  async function change(
    c: Context<ProtectedEnv>,
    patch: JsonObject,
    headers: z.infer<typeof conditions>,
    group?: Storage,
  ) {
    const { "If-Match": ifMatch, "Verification-Id": verificationId } = headers;
    const stores = await updateProfile(services, c.var.caller, { patch, group, ifMatch, verificationId });
    const { document, tag } = await presentProfile(stores, group);
    c.header("ETag", tag);
    return c.json(document, 200);
  }
}

/** `Cache-Control: no-cache` on a request (RFC 9111, section 5.2.1.4) asks for a fresh answer of Logto. */
const wantsFresh = (c: Context<ProtectedEnv>) => /\bno-cache\b/i.test(c.req.header("Cache-Control") ?? "");
