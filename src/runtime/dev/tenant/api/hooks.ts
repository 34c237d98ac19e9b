import * as z from "zod/v3";
import { answer, noContent } from "../http/answer.ts";
import { readBody } from "../http/body.ts";
import { page } from "../http/pagination.ts";
import { param, type RouteTable } from "../http/route-table.ts";
import { randomId } from "../ids.ts";
import { newSecret } from "../store/applications.ts";
import type { Hook } from "../store/hooks.ts";
import type { TenantContext } from "../tenant-context.ts";

const data = (entity: string) => [`${entity}.Created`, `${entity}.Deleted`, `${entity}.Data.Updated`];
const events = [
  ...["PostRegister", "PostSignIn", "PostSignInAdaptiveMfaTriggered", "PostResetPassword"],
  ...[...data("User"), "User.SuspensionStatus.Updated"],
  ...[...data("Role"), "Role.Scopes.Updated", ...data("Scope")],
  ...[...data("Organization"), "Organization.Membership.Updated"],
  ...[...data("OrganizationRole"), "OrganizationRole.Scopes.Updated", ...data("OrganizationScope")],
  ...["Identifier.Lockout", "Message.RateLimited", "Grant.LimitExceeded"],
];
const [firstEvent = "", ...otherEvents] = events;

const hookBody = z.object({
  name: z.string(),
  events: z.enum([firstEvent, ...otherEvents]).array(),
  config: z.object({ url: z.string(), headers: z.record(z.string()).optional() }),
  enabled: z.boolean().optional(),
});

/** `/api/hooks`: webhooks. The address is not checked, as at Logto. */
export function hookRoutes(routes: RouteTable, { state: { hooks }, now }: TenantContext): void {
  const show = (hook: Hook) => ({ tenantId: "default", event: null, ...hook });
  routes
    .on("GET", "/api/hooks", (c) => page(c, hooks.list(), show))
    .on("POST", "/api/hooks", async (c) => {
      const body = await readBody(c, hookBody);
      const hook = { enabled: true, ...body, id: randomId(21), signingKey: newSecret(), createdAt: now() };
      hooks.insert({ ...hook, enabled: hook.enabled ?? true });
      return answer(c, show({ ...hook, enabled: hook.enabled ?? true }), 201);
    })
    .on("DELETE", "/api/hooks/:id", (c) => {
      hooks.remove(param(c, "id"));
      return noContent(c);
    });
}
