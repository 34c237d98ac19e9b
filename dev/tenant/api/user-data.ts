import * as z from "zod/v3";
import { answer } from "../http/answer.ts";
import { readBody } from "../http/body.ts";
import { param, type RouteTable } from "../http/route-table.ts";
import type { TenantContext } from "../tenant-context.ts";
import { hookCause } from "./hook-cause.ts";
import { customDataSchema, profileSchema, showUser, storableJson } from "./user-schema.ts";

/** `/api/users/:id/profile`, `/custom-data` and `/is-suspended`. */
export function userDataRoutes(routes: RouteTable, tenant: TenantContext): void {
  const { users, oidc } = tenant.state;
  const updated = (c: Parameters<typeof hookCause>[0], user: ReturnType<typeof users.get>, event: string) => {
    user.updatedAt = tenant.now();
    tenant.webhooks.trigger(event, { ...hookCause(c, 200), data: showUser(user) });
  };
  routes
    .on("PATCH", "/api/users/:userId/profile", async (c) => {
      const { profile } = await readBody(c, z.object({ profile: profileSchema }));
      const user = users.get(param(c, "userId"));
      user.profile = { ...user.profile, ...storableJson(profile) };
      updated(c, user, "User.Data.Updated");
      return answer(c, user.profile);
    })
    .on("GET", "/api/users/:userId/custom-data", (c) => answer(c, users.get(param(c, "userId")).customData))
    .on("PATCH", "/api/users/:userId/custom-data", async (c) => {
      const { customData } = await readBody(c, z.object({ customData: customDataSchema }));
      const user = users.get(param(c, "userId"));
      user.customData = { ...user.customData, ...storableJson(customData) };
      updated(c, user, "User.Data.Updated");
      return answer(c, user.customData);
    })
    .on("PATCH", "/api/users/:userId/is-suspended", async (c) => {
      const { isSuspended } = await readBody(c, z.object({ isSuspended: z.boolean() }));
      const user = users.get(param(c, "userId"));
      user.isSuspended = isSuspended;
      if (isSuspended) oidc.signOut(user.id);
      updated(c, user, "User.SuspensionStatus.Updated");
      return answer(c, showUser(user));
    });
}
