import * as z from "zod/v3";
import { answer, noContent } from "../http/answer.ts";
import { readBody } from "../http/body.ts";
import { LogtoError, notFound } from "../http/logto-error.ts";
import { page } from "../http/pagination.ts";
import { param, type RouteTable } from "../http/route-table.ts";
import type { TenantContext } from "../tenant-context.ts";
import { showRole } from "./role-views.ts";

const roleIdsBody = z.object({ roleIds: z.string().min(1).array() });

/** `/api/users/:id/roles`: the roles of a user. */
export function userRoleRoutes(routes: RouteTable, { state: { users, roles } }: TenantContext): void {
  const path = "/api/users/:userId/roles";
  const checked = (roleIds: string[]) => {
    for (const id of roleIds) {
      const role = roles.find(id);
      if (role === undefined) throw new LogtoError(404, "entity.not_exists_with_id");
      if (role.type !== "User") throw new LogtoError(422, "user.invalid_role_type");
    }
    return roleIds;
  };
  routes
    .on("GET", path, (c) => {
      const { roleIds } = users.get(param(c, "userId"));
      return page(
        c,
        [...roleIds].map((id) => roles.get(id)),
        showRole,
      );
    })
    .on("POST", path, async (c) => {
      const { roleIds } = await readBody(c, roleIdsBody);
      const user = users.get(param(c, "userId"));
      const added = checked(roleIds).filter((id) => !user.roleIds.has(id));
      for (const id of added) user.roleIds.add(id);
      return answer(c, { roleIds, addedRoleIds: added }, 201);
    })
    .on("PUT", path, async (c) => {
      const { roleIds } = await readBody(c, roleIdsBody);
      const user = users.get(param(c, "userId"));
      user.roleIds = new Set(checked(roleIds));
      return answer(c, { roleIds });
    })
    .on("DELETE", `${path}/:roleId`, (c) => {
      if (!users.get(param(c, "userId")).roleIds.delete(param(c, "roleId"))) throw notFound();
      return noContent(c);
    });
}
