/** `/me`, `/me/schema`, `/me/custom-data` and `/me/business`: the document, its schema and two of its groups. */
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import * as z from "zod";
import type { Env, ProtectedEnv } from "../../http/env.ts";
import { requestHeaders } from "../../http/request-headers.ts";
import { json, mergePatch, objectOf, ok, protectedRoute } from "../../http/route.ts";
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
const conditions = requestHeaders.pick({ "If-Match": true, "Verification-Id": true });

const routes = (services: Services) => {
  const readRoute = protectedRoute(services, { scope: "profile:read" });
  return {
    read: readRoute({
      method: "get",
      path: "/",
      responses: ok("The whole profile.", objectOf(profileSchema())),
    }),
    schema: readRoute({
      method: "get",
      path: "/schema",
      responses: ok("JSON Schema of the profile.", objectOf(anyObject)),
    }),
    readCustomData: readRoute({
      method: "get",
      path: "/custom-data",
      responses: ok("The person's custom data.", objectOf(groupSchema("logto.customData"))),
    }),
    readBusiness: readRoute({
      method: "get",
      path: "/business",
      responses: ok("The business fields, masked.", objectOf(groupSchema("vault"))),
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
    .openapi(read, async (c) =>
      answer(c, await readProfile(services, c.var.caller, { fresh: wantsFresh(c) })),
    )
    .openapi(update, async (c) => {
      const input = { patch: c.req.valid("json"), ...conditionsOf(c.req.valid("header")) };
      return answer(c, await presentProfile(await updateProfile(services, c.var.caller, input)));
    })
    .openapi(schema, async (c) => {
      await services.logto.snapshots.get(c.var.caller.userId);
      return c.json(profileSchema(), 200);
    })
    .openapi(groups.readCustomData, async (c) =>
      c.json(shownGroup(await storesOf(c), "logto.customData"), 200),
    )
    .openapi(groups.updateCustomData, async (c) => {
      const input = { ...patchOf("customData", c.req.valid("json")), ...conditionsOf(c.req.valid("header")) };
      return c.json(shownGroup(await updateProfile(services, c.var.caller, input), "logto.customData"), 200);
    })
    .openapi(groups.readBusiness, async (c) => c.json(shownGroup(await storesOf(c), "vault"), 200))
    .openapi(groups.updateBusiness, async (c) => {
      const input = { ...patchOf("business", c.req.valid("json")), ...conditionsOf(c.req.valid("header")) };
      return c.json(shownGroup(await updateProfile(services, c.var.caller, input), "vault"), 200);
    })
    .openapi(reveal, async (c) => {
      const { "Verification-Id": verificationId } = c.req.valid("header");
      const { fields } = c.req.valid("json");
      return c.json(await revealBusiness(services, c.var.caller, { fields, verificationId }), 200);
    });

  function storesOf(c: Context<ProtectedEnv>) {
    return readStoredProfile(services, c.var.caller, { fresh: wantsFresh(c) });
  }
}

/** A patch of one group as a patch of the whole document. */
const patchOf = (group: string, body: JsonObject) => ({ patch: { [group]: body }, prefix: `/${group}` });

const conditionsOf = (headers: z.infer<typeof conditions>) => ({
  ifMatch: headers["If-Match"],
  verificationId: headers["Verification-Id"],
});

function answer(c: Context<ProtectedEnv>, { document, tag }: Profile) {
  c.header("ETag", tag);
  return c.json(document, 200);
}

/** `Cache-Control: no-cache` on a request (RFC 9111, section 5.2.1.4) asks for a fresh answer of Logto. */
const wantsFresh = (c: Context<ProtectedEnv>) => /\bno-cache\b/i.test(c.req.header("Cache-Control") ?? "");
