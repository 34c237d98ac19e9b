import * as z from "zod/v3";
import { answer } from "../http/answer.ts";
import { readBody } from "../http/body.ts";
import { param, type RouteTable } from "../http/route-table.ts";
import type { TenantContext } from "../tenant-context.ts";
import { hookCause } from "./hook-cause.ts";
import { showUser } from "./user-schema.ts";

const configsBody = z.object({
  mfa: z
    .object({ enabled: z.boolean(), skipped: z.boolean(), skipMfaOnSignIn: z.boolean() })
    .partial()
    .optional(),
  passkeySignIn: z.object({ skipped: z.boolean() }).partial().optional(),
});

/** `/api/users/:id/logto-configs`: what a user decided about second factors. Members that are not named stay. */
export function logtoConfigRoutes(routes: RouteTable, tenant: TenantContext): void {
  const { users } = tenant.state;
  const path = "/api/users/:userId/logto-configs";
  routes
    .on("GET", path, (c) => answer(c, users.get(param(c, "userId")).logtoConfigs))
    .on("PATCH", path, async (c) => {
      const { mfa, passkeySignIn } = await readBody(c, configsBody);
      const user = users.get(param(c, "userId"));
      Object.assign(user.logtoConfigs.mfa, mfa);
      Object.assign(user.logtoConfigs.passkeySignIn, passkeySignIn);
      tenant.webhooks.trigger("User.Data.Updated", { ...hookCause(c, 200), data: showUser(user) });
      return answer(c, user.logtoConfigs);
    });
}
