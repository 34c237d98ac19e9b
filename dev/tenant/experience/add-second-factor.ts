import * as z from "zod/v3";
import { newBackupCodes } from "../api/mfa.ts";
import { answer, noContent } from "../http/answer.ts";
import { readBody } from "../http/body.ts";
import { LogtoError } from "../http/logto-error.ts";
import type { Handler } from "../http/route-table.ts";
import { randomId } from "../ids.ts";
import { newTotpSecret, totpUrl } from "../totp.ts";
import { addRecord, recordOf } from "./interactions.ts";
import { type Experience, noBody, step } from "./step.ts";

const factorBody = z.object({ type: z.enum(["Totp", "BackupCode"]), verificationId: z.string() });

/** `POST …/verification/totp/secret`: a new secret, to be proven by a code. */
export function newTotpStep(experience: Experience): Handler {
  return step(experience, "Verification.Totp.Create", noBody, ({ c, interaction }) => {
    const secret = newTotpSecret();
    const { id } = addRecord(interaction, { type: "Totp", verified: false, secret });
    return answer(c, { verificationId: id, secret, secretQrCode: totpUrl(secret, interaction.userId ?? "") });
  });
}

/** `POST …/verification/backup-code/generate`. */
export function newBackupCodesStep(experience: Experience): Handler {
  return step(experience, "Verification.BackupCode.Create", noBody, ({ c, interaction }) => {
    const codes = newBackupCodes();
    const { id } = addRecord(interaction, { type: "BackupCode", verified: false, codes });
    return answer(c, { verificationId: id, codes });
  });
}

/** `POST …/profile/mfa`: the factor is stored with the sign-in. */
export function addFactorStep(experience: Experience): Handler {
  return step(
    experience,
    "Profile.Update",
    (c) => readBody(c, factorBody),
    ({ c, interaction }, { type, verificationId }) => {
      const { secret, codes, verified } = recordOf(interaction, verificationId);
      const factor = { id: randomId(21), createdAt: new Date(experience.tenant.now()).toISOString() };
      if (type === "Totp" && secret !== undefined && verified) {
        interaction.newFactors.push({ ...factor, type, secret });
      } else if (type === "BackupCode" && codes !== undefined) {
        interaction.newFactors.push({ ...factor, type, codes: codes.map((code) => ({ code, used: false })) });
      } else {
        throw new LogtoError(400, "session.verification_failed");
      }
      return noContent(c);
    },
  );
}

/** `POST …/profile/mfa/mfa-skipped`. */
export function skipFactorStep(experience: Experience): Handler {
  return step(experience, "Profile.Update", noBody, ({ c, interaction }) => {
    if (experience.tenant.state.signInExperience.mfa.policy === "Mandatory") {
      throw new LogtoError(422, "session.mfa.mfa_policy_not_user_controlled");
    }
    interaction.mfaSkipped = true;
    return noContent(c);
  });
}
