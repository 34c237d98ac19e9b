/** `/me`, `/me/schema`, `/me/custom-data` and `/me/business`: the document, its schema and two of its groups. */
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import type * as z from "zod";
import type { Storage } from "../../fields/catalogue.ts";
import type { Env, ProtectedEnv } from "../../http/env.ts";
import { refuseInvalid } from "../../http/validation.ts";
import type { JsonObject } from "../../json.ts";
import type { Services } from "../../services.ts";
import { namesTag } from "./entity-tag.ts";
import { presentProfile, readProfile } from "./read-profile.ts";
import { revealBusiness } from "./reveal-business.ts";
import {
  type changeHeaders,
  profileComponents,
  profileRouteDeclarations,
  type readHeaders,
} from "./route-declarations.ts";
import { profileSchema } from "./schema.ts";
import { updateProfile } from "./update-profile.ts";

export function profileRoutes(services: Services) {
  const { read, update, schema, reveal, ...groups } = profileRouteDeclarations(services);
  const routes = new OpenAPIHono<Env>({ defaultHook: refuseInvalid });
  for (const [name, component] of Object.entries(profileComponents)) {
    routes.openAPIRegistry.registerComponent("schemas", name, component);
  }
  return routes
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

  async function show(c: Context<ProtectedEnv>, headers: z.infer<typeof readHeaders>, group?: Storage) {
    const { document, tag } = await readProfile(services, c.var.caller, {
      fresh: wantsFresh(headers),
      group,
    });
    c.header("ETag", tag);
    const known = headers["If-None-Match"];
    return known !== undefined && namesTag(known, tag) ? c.body(null, 304) : c.json(document, 200);
  }

  async function change(
    c: Context<ProtectedEnv>,
    patch: JsonObject,
    headers: z.infer<typeof changeHeaders>,
    group?: Storage,
  ) {
    const { "If-Match": ifMatch, "Verification-Id": verificationId } = headers;
    const stores = await updateProfile(services, c.var.caller, { patch, group, ifMatch, verificationId });
    const { document, tag } = await presentProfile(stores, group);
    c.header("ETag", tag);
    return c.json(document, 200);
  }
}

const wantsFresh = ({ "Cache-Control": directives = "" }: z.infer<typeof readHeaders>) =>
  /\bno-cache\b/i.test(directives);
