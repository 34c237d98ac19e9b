/** `/me/applications`: applications of others that somebody has let in. */
import { OpenAPIHono } from "@hono/zod-openapi";
import * as z from "zod";
import type { Env } from "../../http/env.ts";
import { named } from "../../http/named.ts";
import { instant, noContent, ok, protectedRoute } from "../../http/route.ts";
import { refuseInvalid } from "../../http/validation.ts";
import type { Services } from "../../services.ts";
import { listApplications } from "./list-applications.ts";
import { revokeApplication } from "./revoke-application.ts";

const item = z.object({
  ref: z.string().meta({ description: "For the path of the call that revokes it." }),
  id: z.string(),
  name: z.string().nullable(),
  scopes: z.array(z.string()).meta({ description: "What it may see of the person." }),
  resources: z.array(z.object({ indicator: z.string(), scopes: z.array(z.string()) })).meta({
    description: "What it may do at each API.",
  }),
  grantedAt: instant.nullable(),
  expiresAt: instant.nullable(),
});
const list = named(
  "ApplicationList",
  z.object({
    items: z.array(named("ApplicationItem", item)),
    complete: z.boolean().meta({ description: "False where Logto lists grants that cannot be read." }),
  }),
);

const routes = (services: Services) => ({
  list: protectedRoute(services, { scope: "profile:read" })({
    method: "get",
    path: "/",
    operationId: "listApplications",
    summary: "List the applications of others that have access",
    tags: ["applications"],
    responses: ok("By name.", list),
  }),
  revoke: protectedRoute(services, { scope: "profile:write" })(
    {
      method: "delete",
      path: "/{ref}",
      operationId: "revokeApplication",
      summary: "Take an application's access away",
      description:
        "Its tokens end. Where it was let in, the browser has to sign in again: Logto ends its session's cookie.",
      tags: ["applications"],
      request: { params: z.object({ ref: z.string() }) },
      responses: noContent("It has no access any more, or Logto is asked until it has none."),
    },
    ["not_found"],
  ),
});

export function applicationRoutes(services: Services) {
  const { list: listRoute, revoke } = routes(services);
  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid })
    .openapi(listRoute, async (c) => c.json(await listApplications(services, c.get("caller")), 200))
    .openapi(revoke, async (c) => {
      await revokeApplication(services, c.get("caller"), c.req.valid("param").ref);
      return c.body(null, 204);
    });
}
