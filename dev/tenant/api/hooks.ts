import * as z from "zod/v3";
import { answer, noContent } from "../http/answer.ts";
import { readBody } from "../http/body.ts";
import { page } from "../http/pagination.ts";
import { param, type RouteTable } from "../http/route-table.ts";
import { randomId } from "../ids.ts";
import { newSecret } from "../store/applications.ts";
import type { Hook } from "../store/hooks.ts";
import type { TenantContext } from "../tenant-context.ts";

/** Every event that a hook can subscribe to. */
const events = [
  "PostRegister",
  "PostSignIn",
  "PostSignInAdaptiveMfaTriggered",
  "PostResetPassword",
  "User.Created",
  "User.Deleted",
  "User.Data.Updated",
  "User.SuspensionStatus.Updated",
  "Role.Created",
  "Role.Deleted",
  "Role.Data.Updated",
  "Role.Scopes.Updated",
  "Scope.Created",
  "Scope.Deleted",
  "Scope.Data.Updated",
  "Organization.Created",
  "Organization.Deleted",
  "Organization.Data.Updated",
  "Organization.Membership.Updated",
  "OrganizationRole.Created",
  "OrganizationRole.Deleted",
  "OrganizationRole.Data.Updated",
  "OrganizationRole.Scopes.Updated",
  "OrganizationScope.Created",
  "OrganizationScope.Deleted",
  "OrganizationScope.Data.Updated",
  "Identifier.Lockout",
  "Message.RateLimited",
  "Grant.LimitExceeded",
] as const;

const hookBody = z.object({
  name: z.string(),
  events: z.enum(events).array(),
  config: z.object({ url: z.string(), headers: z.record(z.string()).optional() }),
  enabled: z.boolean().default(true),
});

/** `/api/hooks`: webhooks. The URL is not validated, as at Logto. */
export function hookRoutes(routes: RouteTable, { state: { hooks }, now }: TenantContext): void {
  const show = (hook: Hook) => ({ tenantId: "default", event: null, ...hook });
  routes
    .on("GET", "/api/hooks", (c) => page(c, hooks.list(), show))
    .on("POST", "/api/hooks", async (c) => {
      const body = await readBody(c, hookBody);
      const hook = { ...body, id: randomId(21), signingKey: newSecret(), createdAt: now() };
      hooks.insert(hook);
      return answer(c, show(hook), 201);
    })
    .on("DELETE", "/api/hooks/:id", (c) => {
      hooks.remove(param(c, "id"));
      return noContent(c);
    });
}
