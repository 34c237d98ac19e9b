import * as z from "zod/v3";
import { noContent } from "../http/answer.ts";
import { readBody } from "../http/body.ts";
import { LogtoError } from "../http/logto-error.ts";
import type { RouteTable } from "../http/route-table.ts";
import type { TenantContext } from "../tenant-context.ts";
import { formats } from "./user-schema.ts";

const recipient = z.object({ email: formats.email }).or(z.object({ phone: formats.phone }));
const attempt = z
  .object({ email: formats.email, verificationCode: z.string().min(1) })
  .or(z.object({ phone: formats.phone, verificationCode: z.string().min(1) }));

/** `/api/verification-codes`: sends a code, and checks one. */
export function verificationCodeRoutes(routes: RouteTable, tenant: TenantContext): void {
  const { state, settings, now } = tenant;
  routes
    .on("POST", "/api/verification-codes", async (c) => {
      const body = await readBody(c, recipient);
      const connected = "email" in body ? settings.emailConnector : settings.smsConnector;
      if (!connected) throw new LogtoError(501, "connector.not_found");
      if (!settings.genericTemplate) throw new LogtoError(400, "connector.template_not_found", {});
      const to = "email" in body ? body.email : body.phone;
      tenant.deliver(state.codes.send(to, now(), settings.codeSends));
      return noContent(c);
    })
    .on("POST", "/api/verification-codes/verify", async (c) => {
      const body = await readBody(c, attempt);
      const to = "email" in body ? body.email : body.phone;
      state.codes.verify(to, body.verificationCode, now(), settings.codeLifetime);
      return noContent(c);
    });
}
