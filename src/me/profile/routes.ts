/** `/me`, `/me/schema`, `/me/custom-data` and `/me/business`: the document, its schema and two of its groups. */
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Storage } from "../../fields/catalogue.ts";
import type { Env, ProtectedEnv } from "../../http/env.ts";
import { answer } from "../../http/headers.ts";
import { asksForFresh, readHeaders, stepUpHeader } from "../../http/request-headers.ts";
import { refuseInvalid } from "../../http/validation.ts";
import type { JsonObject } from "../../json.ts";
import type { Services } from "../../services.ts";
import { namesTag } from "./entity-tag.ts";
import { createProfileReader, presentProfile } from "./read-profile.ts";
import { revealBusiness } from "./reveal-business.ts";
import {
  headersOfChanges,
  headersOfReads,
  profileComponents,
  profileRouteDeclarations,
} from "./route-declarations.ts";
import { profileSchema } from "./schema.ts";
import { updateProfile } from "./update-profile.ts";

export function profileRoutes(services: Services) {
  const { read, update, schema, reveal, ...groups } = profileRouteDeclarations(services);
  const reader = createProfileReader(services);
  const routes = new OpenAPIHono<Env>({ defaultHook: refuseInvalid });
  for (const [name, component] of Object.entries(profileComponents)) {
    routes.openAPIRegistry.registerComponent("schemas", name, component);
  }
  return routes
    .openapi(read, (c) => show(c))
    .openapi(update, (c) => change(c, c.req.valid("json")))
    .openapi(schema, async (c) => {
      await services.logto.snapshots.get(c.get("caller").userId);
      return c.json(profileSchema(), 200);
    })
    .openapi(groups.readCustomData, (c) => show(c, "logto.customData"))
    .openapi(groups.updateCustomData, (c) => change(c, c.req.valid("json"), "logto.customData"))
    .openapi(groups.readBusiness, (c) => show(c, "vault"))
    .openapi(groups.updateBusiness, (c) => change(c, c.req.valid("json"), "vault"))
    .openapi(reveal, async (c) => {
      const { "Verification-Id": verificationId } = readHeaders(c.req.raw, stepUpHeader);
      const { fields } = c.req.valid("json");
      return c.json(await revealBusiness(services, c.get("caller"), { fields, verificationId }), 200);
    });

  async function show(c: Context<ProtectedEnv>, group?: Storage) {
    const headers = readHeaders(c.req.raw, headersOfReads);
    const { text, tag } = await reader.read(c.get("caller"), {
      fresh: asksForFresh(headers["Cache-Control"]),
      group,
    });
    const known = headers["If-None-Match"];
    return known !== undefined && namesTag(known, tag)
      ? answer(c, null, 304, { ETag: tag })
      : answer(c, text, 200, { "Content-Type": "application/json", ETag: tag });
  }

  async function change(c: Context<ProtectedEnv>, patch: JsonObject, group?: Storage) {
    const { "If-Match": ifMatch, "Verification-Id": verificationId } = readHeaders(
      c.req.raw,
      headersOfChanges,
    );
    const stores = await updateProfile(services, c.get("caller"), { patch, group, ifMatch, verificationId });
    const { document, tag } = await presentProfile(services, stores, group);
    c.header("ETag", tag);
    return c.json(document, 200);
  }
}
