import * as z from "zod/v3";
import { formats } from "../api/user-schema.ts";
import { answer } from "../http/answer.ts";
import { readBody } from "../http/body.ts";
import { LogtoError } from "../http/logto-error.ts";
import type { Handler } from "../http/route-table.ts";
import { type Recipient, sendCode, withholdCode } from "../send-code.ts";
import { codePolicyOf, sentinelPolicyOf } from "../store/sign-in-experience.ts";
import { assertEmailAllowed } from "./email-blocklist.ts";
import { findByIdentifier } from "./find-user.ts";
import { sendLockout } from "./hooks.ts";
import { addRecord, recordOf } from "./interactions.ts";
import { blocked } from "./sentinel.ts";
import { type Experience, type Step, step } from "./step.ts";

const identifier = z.discriminatedUnion("type", [
  z.object({ type: z.literal("email"), value: formats.email }),
  z.object({ type: z.literal("phone"), value: formats.phone }),
]);
const sendBody = z.object({ identifier, interactionEvent: z.enum(["SignIn", "Register", "ForgotPassword"]) });
const verifyBody = z.object({ identifier, verificationId: z.string(), code: z.string().min(1) });

const recordTypes = { email: "EmailVerificationCode", phone: "PhoneVerificationCode" } as const;

/** `POST /api/experience/verification/verification-code`. Strangers get a code only where they can register. */
export function sendCodeStep(experience: Experience): Handler {
  const { tenant } = experience;
  const { users, signInExperience } = tenant.state;
  const name = "Verification.VerificationCode.Create";
  return step(
    experience,
    name,
    (c) => readBody(c, sendBody),
    (current, { identifier: to, interactionEvent }) => {
      current.logged.payload = { identifier: to, interactionEvent };
      if (interactionEvent === "Register" && to.type === "email") {
        assertEmailAllowed(to.value, signInExperience);
      }
      const known = findByIdentifier(users, to) !== undefined;
      const registers = interactionEvent !== "ForgotPassword" && signInExperience.signInMode !== "SignIn";
      if (known || registers) sendCode(tenant, to, interactionEvent, current.uid);
      else withholdCode(tenant, to, current.uid);
      const record = {
        type: recordTypes[to.type],
        identifier: to,
        templateType: interactionEvent,
        verified: false,
      };
      return answer(current.c, { verificationId: addRecord(current.interaction, record).id });
    },
  );
}

/** `POST /api/experience/verification/verification-code/verify`. */
export function verifyCodeStep(experience: Experience): Handler {
  const name = "Verification.VerificationCode.Submit";
  return step(
    experience,
    name,
    (c) => readBody(c, verifyBody),
    (current, body) => {
      const { identifier: to, verificationId } = body;
      current.logged.payload = { identifier: to, verificationId, code: body.code };
      const record = recordOf(current.interaction, verificationId);
      checkCode(experience, current, body);
      record.verified = true;
      return answer(current.c, { verificationId });
    },
  );
}

/** Checks a code, and counts a wrong one. A locked identifier uses up the right code too. */
export function checkCode(
  { tenant, sentinel }: Experience,
  current: Step,
  { identifier: to, code }: { identifier: Recipient; code: string },
): void {
  const { state, now } = tenant;
  try {
    const owner = { to: to.value, scope: current.uid };
    state.codes.verify(owner, code, now(), codePolicyOf(state.signInExperience));
    sentinel.assertOpen(to, now());
  } catch (error) {
    sentinel.assertOpen(to, now());
    const wrong = error instanceof LogtoError && error.code === "verification_code.code_mismatch";
    if (!wrong || !sentinel.fail(to, now(), sentinelPolicyOf(state.signInExperience))) throw error;
    sendLockout(tenant, current, to);
    throw blocked();
  }
}
