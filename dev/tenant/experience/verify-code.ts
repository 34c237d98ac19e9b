import * as z from "zod/v3";
import { formats } from "../api/user-schema.ts";
import { answer } from "../http/answer.ts";
import { readBody } from "../http/body.ts";
import { LogtoError } from "../http/logto-error.ts";
import type { Handler } from "../http/route-table.ts";
import { type Recipient, sendCode } from "../send-code.ts";
import { codePolicyOf, sentinelPolicyOf } from "../store/sign-in-experience.ts";
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

/** `POST /api/experience/verification/verification-code`. A tenant without registration sends none to strangers. */
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
      const known = findByIdentifier(users, to) !== undefined;
      if (known || signInExperience.signInMode !== "SignIn")
        sendCode(tenant, to, interactionEvent, current.uid);
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
  const { tenant, sentinel } = experience;
  const name = "Verification.VerificationCode.Submit";
  return step(
    experience,
    name,
    (c) => readBody(c, verifyBody),
    (current, body) => {
      const { identifier: to, verificationId } = body;
      current.logged.payload = { identifier: to, verificationId, code: body.code };
      const record = recordOf(current.interaction, verificationId);
      sentinel.assertOpen(to, tenant.now());
      checkCode(experience, current, body);
      record.verified = true;
      return answer(current.c, { verificationId });
    },
  );
}

/** Checks a code, and counts a wrong one. */
export function checkCode(
  { tenant, sentinel }: Experience,
  current: Step,
  { identifier: to, code }: { identifier: Recipient; code: string },
): void {
  const { state, now } = tenant;
  try {
    state.codes.verify(
      { to: to.value, scope: current.uid },
      code,
      now(),
      codePolicyOf(state.signInExperience),
    );
  } catch (error) {
    const wrong = error instanceof LogtoError && error.code === "verification_code.code_mismatch";
    if (!wrong || !sentinel.fail(to, now(), sentinelPolicyOf(state.signInExperience))) throw error;
    sendLockout(tenant, current, to);
    throw blocked();
  }
}
