import * as z from "zod/v3";
import { answer } from "../http/answer.ts";
import { readBody } from "../http/body.ts";
import { LogtoError } from "../http/logto-error.ts";
import type { Handler } from "../http/route-table.ts";
import { sendCode } from "../send-code.ts";
import { sentinelPolicyOf } from "../store/sign-in-experience.ts";
import type { User } from "../store/users.ts";
import { matchingStep } from "../totp.ts";
import { addRecord, recordOf } from "./interactions.ts";
import { blocked } from "./sentinel.ts";
import { type Experience, type Step, step } from "./step.ts";
import { checkCode } from "./verify-code.ts";

const totpBody = z.object({ code: z.string().min(1), verificationId: z.string().optional() });
const codeBody = z.object({ code: z.string().min(1) });
const sendBody = z.object({ identifierType: z.enum(["email", "phone"]) });
const verifyBody = sendBody.extend({ verificationId: z.string(), code: z.string().min(1) });

const recordTypes = { email: "MfaEmailVerificationCode", phone: "MfaPhoneVerificationCode" } as const;

/** `POST …/verification/totp/verify`: of the user's factor, or, with an id, of a secret that is new. */
export function verifyTotpStep(experience: Experience): Handler {
  const name = "Verification.Totp.Submit";
  return step(
    experience,
    name,
    (c) => readBody(c, totpBody),
    (current, { code, verificationId }) => {
      current.logged.payload = {};
      const { now } = experience.tenant;
      if (verificationId !== undefined) {
        const record = recordOf(current.interaction, verificationId);
        if (matchingStep(record.secret ?? "", code, now()) === undefined) throw wrongTotp();
        record.verified = true;
        return answer(current.c, { verificationId });
      }
      const user = identifiedUser(experience, current);
      const factor = user.mfa.find(({ type }) => type === "Totp");
      guarded(experience, user, "Totp", () => {
        if (factor?.type !== "Totp") throw wrongTotp();
        const used = matchingStep(factor.secret, code, now());
        if (used === undefined || used <= (factor.lastStep ?? 0)) throw wrongTotp();
        factor.lastStep = used;
      });
      return answer(current.c, {
        verificationId: addRecord(current.interaction, { type: "Totp", verified: true }).id,
      });
    },
  );
}

/** `POST …/verification/backup-code/verify`: each code works once. */
export function verifyBackupCodeStep(experience: Experience): Handler {
  const name = "Verification.BackupCode.Submit";
  return step(
    experience,
    name,
    (c) => readBody(c, codeBody),
    (current, { code }) => {
      current.logged.payload = {};
      const user = identifiedUser(experience, current);
      guarded(experience, user, "BackupCode", () => {
        const codes = user.mfa.flatMap((factor) => (factor.type === "BackupCode" ? factor.codes : []));
        const unused = codes.find((one) => one.code === code && !one.used);
        if (unused === undefined) throw new LogtoError(400, "session.mfa.invalid_backup_code");
        unused.used = true;
      });
      const record = addRecord(current.interaction, { type: "BackupCode", verified: true });
      return answer(current.c, { verificationId: record.id });
    },
  );
}

/** `POST …/verification/mfa-verification-code`: sends a code to the address of the user. */
export function sendMfaCodeStep(experience: Experience): Handler {
  const name = "Verification.MfaVerificationCode.Create";
  return step(
    experience,
    name,
    (c) => readBody(c, sendBody),
    (current, { identifierType: type }) => {
      const identifier = { type, value: addressOf(identifiedUser(experience, current), type) };
      sendCode(experience.tenant, identifier, "MfaVerification", current.uid);
      const record = { type: recordTypes[type], identifier, verified: false };
      return answer(current.c, { verificationId: addRecord(current.interaction, record).id });
    },
  );
}

/** `POST …/verification/mfa-verification-code/verify`. */
export function verifyMfaCodeStep(experience: Experience): Handler {
  const name = "Verification.MfaVerificationCode.Submit";
  return step(
    experience,
    name,
    (c) => readBody(c, verifyBody),
    (current, { identifierType: type, ...body }) => {
      const record = recordOf(current.interaction, body.verificationId);
      const identifier = { type, value: addressOf(identifiedUser(experience, current), type) };
      checkCode(experience, current, { identifier, code: body.code });
      record.verified = true;
      return answer(current.c, { verificationId: body.verificationId });
    },
  );
}

function identifiedUser({ tenant }: Experience, { interaction }: Step): User {
  if (interaction.userId === undefined) throw new LogtoError(404, "session.identifier_not_found");
  return tenant.state.users.get(interaction.userId);
}

function addressOf({ primaryEmail, primaryPhone }: User, type: "email" | "phone"): string {
  const address = type === "email" ? primaryEmail : primaryPhone;
  if (address === null) throw new LogtoError(400, "session.mfa.mfa_factor_not_enabled");
  return address;
}

function wrongTotp(): LogtoError {
  return new LogtoError(400, "session.mfa.invalid_totp_code");
}

/** Runs a check that the lockout counts, for each user and factor on its own. */
function guarded({ tenant, sentinel }: Experience, user: User, factor: string, check: () => void): void {
  const { state, now } = tenant;
  const target = { type: factor, value: user.id };
  sentinel.assertOpen(target, now());
  try {
    check();
  } catch (error) {
    const locked = sentinel.fail(target, now(), sentinelPolicyOf(state.signInExperience));
    throw locked ? blocked() : error;
  }
}
