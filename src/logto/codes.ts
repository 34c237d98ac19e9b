/** Verification codes, which Logto sends and checks. Logto binds a code to an address; callers bind it to a person. */
import * as z from "zod";
import { Refusal } from "../problem.ts";
import type { Management } from "./management.ts";
import { throwRefusal } from "./refusals.ts";
import { UpstreamFailure } from "./upstream-failure.ts";

export type Recipient = { type: "email" | "phone"; value: string };

/** "expired" stands for every code that cannot be right any more: too old, never sent, used, or tried too often. */
export type CodeCheck = "ok" | "mismatch" | "expired";

export type Codes = {
  /**
   * Asks Logto to send a code. An earlier code to the same address becomes invalid.
   * @throws {Refusal} `too_many_requests` (Logto sends ten in ten minutes), `validation_failed`.
   * @throws {UpstreamFailure} `upstream_unavailable`, sent "no", when the tenant cannot send at all.
   */
  send(recipient: Recipient): Promise<void>;
  /** Checks a code. The right code is used up: it works once. */
  verify(recipient: Recipient, code: string): Promise<CodeCheck>;
};

const cannotSend = new Set(["connector.not_found", "connector.template_not_found"]);

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
    async send(recipient) {
      const answer = await management.call("sendCode", { json: recipientBody(recipient) }, z.unknown());
      if (answer.ok) return;
      if (answer.status === 429) throw new Refusal("too_many_requests", { retryAfter: 600 });
      if (cannotSend.has(answer.code ?? "")) {
        throw new UpstreamFailure("upstream_unavailable", { sent: "no", retryAfter: 600 });
      }
      // The connector failed, for example because the mail server is down. The request itself was valid.
      if (answer.code?.startsWith("connector.")) {
        throw new UpstreamFailure("upstream_unavailable", { sent: "maybe", retryAfter: 10 });
      }
      throwRefusal(answer);
    },
    async verify(recipient, code) {
      const json = { ...recipientBody(recipient), verificationCode: code };
      const answer = await management.call("verifyCode", { json }, z.unknown());
      if (answer.ok) return "ok";
      return checkOfCode[answer.code ?? ""] ?? throwRefusal(answer);
    },
  };
}
