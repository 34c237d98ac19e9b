import * as z from "zod/v3";
import { answer } from "../http/answer.ts";
import { readBody } from "../http/body.ts";
import type { RouteTable } from "../http/route-table.ts";
import type { AccountCenter } from "../store/account-center.ts";
import type { TenantContext } from "../tenant-context.ts";

const access = z.enum(["Off", "ReadOnly", "Edit"]);
const fields = [
  "name",
  "avatar",
  "profile",
  "email",
  "phone",
  "password",
  "username",
  "social",
  "customData",
  "mfa",
  "session",
];
const patchBody = z
  .object({
    enabled: z.boolean(),
    fields: z.object(Object.fromEntries(fields.map((name) => [name, access.optional()]))),
  })
  .partial();

/** `/api/account-center`: its settings alone. */
export function accountCenterRoutes(routes: RouteTable, { state: { accountCenter } }: TenantContext): void {
  const show = (settings: AccountCenter) => ({
    tenantId: "default",
    id: "default",
    ...settings,
    profileFields: null,
  });
  routes
    .on("GET", "/api/account-center", (c) => answer(c, show(accountCenter)))
    .on("PATCH", "/api/account-center", async (c) => {
      const patch = await readBody(c, patchBody);
      return answer(c, show(Object.assign(accountCenter, patch)));
    });
}
