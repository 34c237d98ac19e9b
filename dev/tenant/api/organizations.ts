import * as z from "zod/v3";
import { answer, noContent } from "../http/answer.ts";
import { readBody } from "../http/body.ts";
import { notFound } from "../http/logto-error.ts";
import { page } from "../http/pagination.ts";
import { param, type RouteTable } from "../http/route-table.ts";
import { randomId } from "../ids.ts";
import type { Organization } from "../store/organizations.ts";
import type { TenantContext } from "../tenant-context.ts";
import { hookCause } from "./hook-cause.ts";
import { showUser } from "./user-schema.ts";

const show = ({ id, name, createdAt }: Organization) => ({
  tenantId: "default",
  id,
  name,
  description: null,
  customData: {},
  isMfaRequired: false,
  color: {},
  branding: {},
  customCss: null,
  createdAt,
});

/** Organizations and their members, without roles. */
export function organizationRoutes(routes: RouteTable, tenant: TenantContext): void {
  const { organizations, users } = tenant.state;
  routes
    .on("GET", "/api/users/:userId/organizations", (c) => {
      const user = users.get(param(c, "userId"));
      return answer(
        c,
        organizations.of(user.id).map((one) => ({ ...show(one), organizationRoles: [] })),
      );
    })
    .on("POST", "/api/organizations", async (c) => {
      const { name } = await readBody(c, z.object({ name: z.string().min(1) }));
      const organization = { id: randomId(12), name, createdAt: tenant.now(), userIds: new Set<string>() };
      organizations.insert(organization);
      return answer(c, show(organization), 201);
    })
    .on("DELETE", "/api/organizations/:id", (c) => {
      organizations.remove(param(c, "id"));
      return noContent(c);
    })
    .on("GET", "/api/organizations/:id/users", (c) => {
      const { userIds } = organizations.get(param(c, "id"));
      return page(
        c,
        users.list().filter(({ id }) => userIds.has(id)),
        showUser,
      );
    })
    .on("POST", "/api/organizations/:id/users", async (c) => {
      const { userIds } = await readBody(c, z.object({ userIds: z.string().array() }));
      const organization = organizations.get(param(c, "id"));
      for (const id of userIds) organization.userIds.add(users.get(id).id);
      return answer(c, { userIds }, 201);
    })
    .on("DELETE", "/api/organizations/:id/users/:userId", (c) => {
      const { id, userIds } = organizations.get(param(c, "id"));
      const userId = param(c, "userId");
      if (!userIds.delete(userId)) throw notFound();
      const change = { organizationId: id, removedUserIds: [userId] };
      tenant.webhooks.trigger("Organization.Membership.Updated", { ...hookCause(c, 204), ...change });
      return noContent(c);
    });
}
