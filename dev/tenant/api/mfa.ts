import { randomBytes } from "node:crypto";
import * as z from "zod/v3";
import { answer, noContent } from "../http/answer.ts";
import { readBody } from "../http/body.ts";
import { LogtoError, notFound } from "../http/logto-error.ts";
import { type Handler, param, type RouteTable } from "../http/route-table.ts";
import { randomId } from "../ids.ts";
import type { MfaVerification } from "../store/users.ts";
import type { TenantContext } from "../tenant-context.ts";
import { newTotpSecret, totpUrl } from "../totp.ts";

const enrolment = z.discriminatedUnion("type", [
  z.object({ type: z.literal("Totp"), secret: z.string().optional() }),
  z.object({ type: z.literal("BackupCode"), codes: z.string().array().optional() }),
]);
const secretFormat = /^[A-Z2-7]{16,32}$/;
const backupCodeFormat = /^[0-9a-f]{10}$/;
const backupCodeCount = 10;

/** `/api/users/:id/mfa-verifications`: the second factors of a user. Passkeys come from Logto's own pages only. */
export function mfaRoutes(routes: RouteTable, tenant: TenantContext): void {
  const { users } = tenant.state;
  const path = "/api/users/:userId/mfa-verifications";
  routes
    .on("GET", path, (c) => answer(c, users.get(param(c, "userId")).mfa.map(show)))
    .on("POST", path, enrol(tenant))
    .on("DELETE", `${path}/:verificationId`, (c) => {
      const user = users.get(param(c, "userId"));
      const rest = user.mfa.filter(({ id }) => id !== param(c, "verificationId"));
      if (rest.length === user.mfa.length) throw notFound();
      user.mfa = rest;
      return noContent(c);
    });
}

/** Ten new backup codes. */
export function newBackupCodes(): string[] {
  return Array.from({ length: backupCodeCount }, () => randomBytes(5).toString("hex"));
}

/** A factor counts at once: Logto asks for no code. */
function enrol(tenant: TenantContext): Handler {
  return async (c) => {
    const body = await readBody(c, enrolment);
    const user = tenant.state.users.get(param(c, "userId"));
    const has = (type: string) => user.mfa.some((factor) => factor.type === type);
    const factor = { id: randomId(21), createdAt: new Date(tenant.now()).toISOString() };
    if (body.type === "Totp") {
      if (has("Totp")) throw new LogtoError(422, "user.totp_already_in_use");
      const { secret = newTotpSecret() } = body;
      if (!secretFormat.test(secret)) throw new LogtoError(422, "user.totp_secret_invalid");
      user.mfa.push({ ...factor, type: "Totp", secret });
      return answer(c, { type: "Totp", secret, secretQrCode: totpUrl(secret, user.username ?? user.id) });
    }
    if (has("BackupCode")) throw new LogtoError(422, "user.backup_code_already_in_use");
    if (!has("Totp")) throw new LogtoError(422, "session.mfa.backup_code_can_not_be_alone");
    const { codes = newBackupCodes() } = body;
    if (codes.length !== backupCodeCount || !codes.every((code) => backupCodeFormat.test(code))) {
      throw new LogtoError(422, "user.wrong_backup_code_format");
    }
    user.mfa.push({ ...factor, type: "BackupCode", codes: codes.map((code) => ({ code, used: false })) });
    return answer(c, { type: "BackupCode", codes });
  };
}

function show(factor: MfaVerification) {
  const { id, createdAt, type } = factor;
  if (type === "BackupCode") {
    return { id, createdAt, type, remainCodes: factor.codes.filter(({ used }) => !used).length };
  }
  return type === "WebAuthn"
    ? { id, createdAt, type, agent: factor.agent, name: factor.name }
    : { id, createdAt, type };
}
