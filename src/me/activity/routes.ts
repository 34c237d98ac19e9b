/** `/me/activity`: what happened to the account. */
import { OpenAPIHono } from "@hono/zod-openapi";
import * as z from "zod";
import type { Env } from "../../http/env.ts";
import { named } from "../../http/named.ts";
import { instant, ok, protectedRoute } from "../../http/route.ts";
import { refuseInvalid } from "../../http/validation.ts";
import type { Services } from "../../services.ts";
import { readActivity } from "./read-activity.ts";

const item = z.object({
  id: z.string(),
  at: instant,
  event: z.string(),
  clientId: z.string(),
  requestId: z.string(),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])),
});
const page = named(
  "ActivityPage",
  z.object({
    items: z.array(named("ActivityItem", item)),
    nextCursor: z.string().optional(),
    completeSince: instant.nullable().meta({
      description:
        "Since then no entry is missing or changed, as far as the seals of the newest 250 say. Null where they say nothing.",
    }),
    gapFound: z.boolean().meta({
      description: "Among the newest entries some are missing, were changed or were added by somebody else.",
    }),
  }),
);
const nextPage = {
  operationId: "listActivity",
  parameters: { cursor: "$response.body#/nextCursor" },
  description: "The next page; the last one has no `nextCursor`.",
};

const cursor = { description: "`nextCursor` of the page before. Default: the first page." };

const listRoute = (services: Services) =>
  protectedRoute(services, { scope: "profile:read" })({
    method: "get",
    path: "/",
    operationId: "listActivity",
    summary: "List what happened to the account",
    tags: ["activity"],
    request: { query: z.object({ cursor: z.string().max(256).optional().meta(cursor) }) },
    responses: ok("Up to fifty entries, newest first.", page, { links: { nextPage } }),
  });

export function activityRoutes(services: Services) {
  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid }).openapi(listRoute(services), async (c) => {
    await services.logto.snapshots.get(c.get("caller").userId);
    return c.json(await readActivity(services, c.get("caller"), c.req.valid("query").cursor), 200);
  });
}
