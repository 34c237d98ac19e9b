import * as z from "zod/v3";
import { answer, noContent } from "../http/answer.ts";
import { readBody } from "../http/body.ts";
import { LogtoError } from "../http/logto-error.ts";
import { page } from "../http/pagination.ts";
import { param, type RouteTable } from "../http/route-table.ts";
import { randomId } from "../ids.ts";
import type { TenantContext } from "../tenant-context.ts";
import { showResource, showScope } from "./role-views.ts";

const resourceBody = z.object({
  name: z.string().min(1),
  indicator: z.string().url(),
  accessTokenTtl: z.number().positive().default(3600),
});
const scopeBody = z.object({
  name: z.string().regex(/^\S+$/),
  description: z.string().nullable().default(null),
});
const managementId = "management-api";

/** `/api/resources`: the API resources and their permissions. */
export function resourceRoutes(routes: RouteTable, { state: { roles }, now }: TenantContext): void {
  routes
    .on("GET", "/api/resources", (c) => {
      const withScopes = c.req.query("includeScopes") === "true";
      return page(c, roles.resources(), (resource) => ({
        ...showResource(resource),
        ...(withScopes ? { scopes: roles.scopesOf(resource.id).map(showScope) } : {}),
      }));
    })
    .on("POST", "/api/resources", async (c) => {
      const body = await readBody(c, resourceBody);
      if (roles.resourceByIndicator(body.indicator)) {
        throw new LogtoError(422, "resource.resource_identifier_in_use");
      }
      const resource = { id: randomId(21), isDefault: false, ...body };
      roles.insertResource(resource);
      return answer(c, { ...showResource(resource), scopes: [] }, 201);
    })
    .on("GET", "/api/resources/:id", (c) => answer(c, showResource(roles.resource(param(c, "id")))))
    .on("DELETE", "/api/resources/:id", (c) => {
      assertNotManagement(param(c, "id"));
      roles.removeResource(roles.resource(param(c, "id")).id);
      return noContent(c);
    })
    .on("GET", "/api/resources/:id/scopes", (c) => {
      return page(c, roles.scopesOf(roles.resource(param(c, "id")).id), showScope);
    })
    .on("POST", "/api/resources/:id/scopes", async (c) => {
      const body = await readBody(c, scopeBody);
      const { id: resourceId } = roles.resource(param(c, "id"));
      assertNotManagement(resourceId);
      if (roles.scopesOf(resourceId).some(({ name }) => name === body.name)) {
        throw new LogtoError(422, "scope.name_exists");
      }
      const scope = { id: randomId(21), resourceId, ...body, createdAt: now() };
      roles.insertScope(scope);
      return answer(c, showScope(scope), 201);
    });
}

function assertNotManagement(id: string): void {
  if (id === managementId) throw new LogtoError(400, "resource.cannot_modify_management_api");
}
