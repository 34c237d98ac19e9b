/** Verification codes, which Logto sends and checks. Logto binds a code to an address; callers bind it to a person. */
import * as z from "zod";
import { Refusal } from "../problem.ts";
import type { Management } from "./management.ts";
import { throwRefusal } from "./refusals.ts";
import { UpstreamFailure } from "./upstream-failure.ts";

export type Recipient = { type: "email" | "phone"; value: string };

/** "expired" stands for every code that cannot be right any more: too old, never sent, used, or tried too often. */
export type CodeCheck = "ok" | "mismatch" | "expired";

/** `userId` is the person who asks. */
export type Codes = {
  /**
   * Asks Logto to send a code. An earlier code to the same address becomes invalid.
   * @throws {Refusal} `too_many_requests` (Logto sends ten in ten minutes), `validation_failed`: nothing was sent.
   * @throws {UpstreamFailure} sent "no" if Logto says that it could not send, now or at all.
   */
  send(userId: string, recipient: Recipient): Promise<void>;
  /** Checks a code. The right code is used up: it works once. */
  verify(userId: string, recipient: Recipient, code: string): Promise<CodeCheck>;
};

/** What an operator has to put right. Any other code of a connector is a failure of the provider, which may pass. */
const cannotSend = new Set(
  [
    "not_found",
    "template_not_found",
    "template_not_supported",
    "not_implemented",
    "invalid_config",
    "invalid_config_guard",
    "invalid_metadata",
    "invalid_certificate",
    "unexpected_type",
  ].map((code) => `connector.${code}`),
);

/** Logto's own failures, in which no message goes out. Behind 502 and 504, a gateway's, one may have. */
const failedInLogto: ReadonlySet<number | undefined> = new Set([500, 503]);

const checkOfCode: Record<string, CodeCheck> = {
  "verification_code.code_mismatch": "mismatch",
  "verification_code.not_found": "expired",
  "verification_code.expired": "expired",
  "verification_code.exceed_max_try": "expired",
};

const recipientBody = ({ type, value }: Recipient) =>
  type === "email" ? { email: value } : { phone: value };

export function codesApi(management: Management): Codes {
  return {
    async send(userId, recipient) {
      const answer = await sendOrThrow(management, userId, recipient);
      if (answer.ok) return;
      const { status, code = "" } = answer;
      if (!code.startsWith("connector.")) {
        if (status === 429) throw new Refusal("too_many_requests", { retryAfter: 600 });
        throwRefusal(answer);
      }
      const retryAfter = cannotSend.has(code) ? 600 : 10;
      throw new UpstreamFailure("upstream_unavailable", { sent: "no", retryAfter });
    },
    async verify(userId, recipient, code) {
      const json = { ...recipientBody(recipient), verificationCode: code };
      const answer = await management.call("verifyCode", { ids: { userId }, json }, z.unknown());
      if (answer.ok) return "ok";
      return checkOfCode[answer.code ?? ""] ?? throwRefusal(answer);
    },
  };
}

/** @throws {UpstreamFailure} sent "no" if Logto itself failed. */
async function sendOrThrow(management: Management, userId: string, recipient: Recipient) {
  try {
    const call = { ids: { userId }, json: recipientBody(recipient) };
    return await management.call("sendCode", call, z.unknown());
  } catch (error) {
    if (!(error instanceof UpstreamFailure) || !failedInLogto.has(error.status)) throw error;
    const { retryAfter = 10 } = error.detail;
    throw new UpstreamFailure("upstream_unavailable", { sent: "no", retryAfter });
  }
}
