/** One-time codes, sent and checked by Logto. Logto binds them to an address only: callers bind them to a person. */
import * as z from "zod";
import { Refusal } from "../problem.ts";
import type { Management } from "./management.ts";
import { throwRefusal } from "./refusals.ts";
import { UpstreamFailure } from "./upstream-failure.ts";

export type Recipient = { type: "email" | "phone"; value: string };

/** "expired" is every code that can no longer be right: too old, never sent, used, or tried too often. */
export type CodeCheck = "ok" | "mismatch" | "expired";

export type Codes = {
  /**
   * Has Logto send a code; an earlier one to the same address stops working.
   * @throws {Refusal} `too_many_requests` (Logto's ten in ten minutes), `validation_failed`.
   * @throws {UpstreamFailure} `upstream_unavailable`, sent "no", when the tenant cannot send at all.
   */
  send(recipient: Recipient): Promise<void>;
  /** Spends the code when it is right: it works once. */
  verify(recipient: Recipient, code: string): Promise<CodeCheck>;
};

const cannotSend = new Set(["connector.not_found", "connector.template_not_found"]);

const verdicts: Record<string, CodeCheck> = {
  "verification_code.code_mismatch": "mismatch",
  "verification_code.not_found": "expired",
  "verification_code.expired": "expired",
  "verification_code.exceed_max_try": "expired",
};

const addressed = ({ type, value }: Recipient) => (type === "email" ? { email: value } : { phone: value });

export function codesApi(management: Management): Codes {
  return {
    async send(recipient) {
      const answer = await management.call("sendCode", { json: addressed(recipient) }, z.unknown());
      if (answer.ok) return;
      if (answer.status === 429) throw new Refusal("too_many_requests", { retryAfter: 600 });
      if (cannotSend.has(answer.code ?? "")) {
        throw new UpstreamFailure("upstream_unavailable", { sent: "no", retryAfter: 600 });
      }
      // A connector's own failure (SMTP down, number refused) is Logto's trouble, not the person's.
      if (answer.code?.startsWith("connector.")) {
        throw new UpstreamFailure("upstream_unavailable", { sent: "maybe", retryAfter: 10 });
      }
      throwRefusal(answer);
    },
    async verify(recipient, code) {
      const json = { ...addressed(recipient), verificationCode: code };
      const answer = await management.call("verifyCode", { json }, z.unknown());
      if (answer.ok) return "ok";
      return verdicts[answer.code ?? ""] ?? throwRefusal(answer);
    },
  };
}
