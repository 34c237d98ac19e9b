import { randomBytes } from "node:crypto";
import * as z from "zod/v3";
import { answer, noContent } from "../http/answer.ts";
import { readBody } from "../http/body.ts";
import { LogtoError, notFound } from "../http/logto-error.ts";
import { type Handler, param, type RouteTable } from "../http/route-table.ts";
import { randomId } from "../ids.ts";
import type { TenantContext } from "../tenant-context.ts";

const base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const enrolment = z.discriminatedUnion("type", [
  z.object({ type: z.literal("Totp"), secret: z.string().optional() }),
  z.object({ type: z.literal("BackupCode"), codes: z.string().array().optional() }),
]);

/** `/api/users/:id/mfa-verifications`: the second factors of a user. */
export function mfaRoutes(routes: RouteTable, tenant: TenantContext): void {
  const { users } = tenant.state;
  const path = "/api/users/:userId/mfa-verifications";
  routes
    .on("GET", path, (c) => {
      const shown = users.get(param(c, "userId")).mfa.map(({ codes, ...factor }) => ({
        ...factor,
        ...(codes ? { remainCodes: codes.length } : {}),
      }));
      return answer(c, shown);
    })
    .on("POST", path, enrol(tenant))
    .on("DELETE", `${path}/:verificationId`, (c) => {
      const user = users.get(param(c, "userId"));
      const rest = user.mfa.filter(({ id }) => id !== param(c, "verificationId"));
      if (rest.length === user.mfa.length) throw notFound();
      user.mfa = rest;
      return noContent(c);
    });
}

function enrol(tenant: TenantContext): Handler {
  return async (c) => {
    const body = await readBody(c, enrolment);
    const user = tenant.state.users.get(param(c, "userId"));
    const has = (type: string) => user.mfa.some((factor) => factor.type === type);
    const factor = { id: randomId(21), createdAt: new Date(tenant.now()).toISOString() };
    if (body.type === "Totp") {
      if (has("Totp")) throw new LogtoError(422, "user.totp_already_in_use");
      if (body.secret !== undefined && !/^[A-Z2-7]{16,}$/.test(body.secret)) {
        throw new LogtoError(422, "user.totp_secret_invalid");
      }
      user.mfa.push({ ...factor, type: "Totp" });
      const secret = body.secret ?? [...randomBytes(20)].map((byte) => base32[byte % 32]).join("");
      return answer(c, {
        type: "Totp",
        secret,
        secretQrCode: `otpauth://totp/dev:${user.id}?secret=${secret}`,
      });
    }
    if (has("BackupCode")) throw new LogtoError(422, "user.backup_code_already_in_use");
    if (!has("Totp")) throw new LogtoError(422, "session.mfa.backup_code_can_not_be_alone");
    const codes = body.codes ?? Array.from({ length: 10 }, () => randomBytes(5).toString("hex"));
    user.mfa.push({ ...factor, type: "BackupCode", codes });
    return answer(c, { type: "BackupCode", codes });
  };
}
