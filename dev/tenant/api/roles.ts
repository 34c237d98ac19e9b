import * as z from "zod/v3";
import { answer, noContent } from "../http/answer.ts";
import { readBody } from "../http/body.ts";
import { LogtoError } from "../http/logto-error.ts";
import { page } from "../http/pagination.ts";
import { type Handler, param, type RouteTable } from "../http/route-table.ts";
import { randomId } from "../ids.ts";
import type { TenantContext } from "../tenant-context.ts";
import { showRole, showScope } from "./role-views.ts";
import { showUser } from "./user-schema.ts";

const roleBody = z.object({
  name: z.string().min(1).max(128),
  description: z.string().min(1).max(128),
  type: z.enum(["User", "MachineToMachine"]).default("User"),
  isDefault: z.boolean().default(false),
  scopeIds: z.string().min(1).array().default([]),
});

/** `/api/roles`: roles, their permissions and the users who have them. */
export function roleRoutes(routes: RouteTable, tenant: TenantContext): void {
  const { roles, users, applications } = tenant.state;
  routes
    .on("GET", "/api/roles", listRoles(tenant))
    .on("POST", "/api/roles", async (c) => {
      const { scopeIds, ...body } = await readBody(c, roleBody);
      if (roles.list().some(({ name }) => name === body.name)) throw new LogtoError(422, "role.name_in_use");
      assertScopes(tenant, scopeIds);
      const role = { id: randomId(21), ...body, scopeIds: new Set(scopeIds) };
      roles.insert(role);
      return answer(c, showRole(role));
    })
    .on("GET", "/api/roles/:id", (c) => answer(c, showRole(roles.get(param(c, "id")))))
    .on("DELETE", "/api/roles/:id", (c) => {
      roles.remove(roles.get(param(c, "id")).id);
      for (const holder of [...users.list(), ...applications.list()]) holder.roleIds.delete(param(c, "id"));
      return noContent(c);
    })
    .on("GET", "/api/roles/:id/users", (c) => {
      const { id } = roles.get(param(c, "id"));
      return page(
        c,
        users.list().filter(({ roleIds }) => roleIds.has(id)),
        showUser,
      );
    });
  roleScopeRoutes(routes, tenant);
}

function listRoles({ state: { roles, users, applications } }: TenantContext): Handler {
  return (c) => {
    const wanted = (c.req.query("search") ?? "").replaceAll("%", "").toLowerCase();
    const type = c.req.query("type");
    const found = roles.list().filter((role) => {
      return role.name.toLowerCase().includes(wanted) && (type === undefined || role.type === type);
    });
    return page(c, found, (role) => {
      const usersCount = users.list().filter(({ roleIds }) => roleIds.has(role.id)).length;
      const applicationsCount = applications.list().filter(({ roleIds }) => roleIds.has(role.id)).length;
      return {
        ...showRole(role),
        usersCount,
        featuredUsers: [],
        applicationsCount,
        featuredApplications: [],
      };
    });
  };
}

function roleScopeRoutes(routes: RouteTable, tenant: TenantContext): void {
  const { roles } = tenant.state;
  routes
    .on("GET", "/api/roles/:id/scopes", (c) => {
      const scopes = [...roles.get(param(c, "id")).scopeIds].flatMap((id) => roles.scope(id) ?? []);
      return page(c, scopes, (scope) => ({
        ...showScope(scope),
        resource: roles.resource(scope.resourceId),
      }));
    })
    .on("POST", "/api/roles/:id/scopes", async (c) => {
      const { scopeIds } = await readBody(c, z.object({ scopeIds: z.string().min(1).array() }));
      const role = roles.get(param(c, "id"));
      assertScopes(tenant, scopeIds);
      if (scopeIds.some((id) => role.scopeIds.has(id))) throw new LogtoError(422, "role.scope_exists");
      for (const id of scopeIds) role.scopeIds.add(id);
      return answer(c, [...role.scopeIds].flatMap((id) => roles.scope(id) ?? []).map(showScope), 201);
    });
}

function assertScopes({ state }: TenantContext, scopeIds: string[]): void {
  for (const id of scopeIds) {
    if (state.roles.scope(id) === undefined) throw new LogtoError(404, "entity.not_exists_with_id");
  }
}
