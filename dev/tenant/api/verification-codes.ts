import * as z from "zod/v3";
import { noContent } from "../http/answer.ts";
import { readBody } from "../http/body.ts";
import type { RouteTable } from "../http/route-table.ts";
import { sendCode } from "../send-code.ts";
import { codePolicyOf } from "../store/sign-in-experience.ts";
import type { TenantContext } from "../tenant-context.ts";
import { formats } from "./user-schema.ts";

const recipient = z.object({ email: formats.email }).or(z.object({ phone: formats.phone }));
const attempt = z
  .object({ email: formats.email, verificationCode: z.string().min(1) })
  .or(z.object({ phone: formats.phone, verificationCode: z.string().min(1) }));

/** `/api/verification-codes`: sends a code, and checks one. */
export function verificationCodeRoutes(routes: RouteTable, tenant: TenantContext): void {
  const { state, now } = tenant;
  routes
    .on("POST", "/api/verification-codes", async (c) => {
      const body = await readBody(c, recipient);
      const to =
        "email" in body
          ? ({ type: "email", value: body.email } as const)
          : ({ type: "phone", value: body.phone } as const);
      sendCode(tenant, to, "Generic");
      return noContent(c);
    })
    .on("POST", "/api/verification-codes/verify", async (c) => {
      const body = await readBody(c, attempt);
      const to = "email" in body ? body.email : body.phone;
      state.codes.verify({ to }, body.verificationCode, now(), codePolicyOf(state.signInExperience));
      return noContent(c);
    });
}
