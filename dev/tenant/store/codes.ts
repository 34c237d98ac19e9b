import { LogtoError } from "../http/logto-error.ts";
import { randomCode } from "../ids.ts";

/** The last message sent to an address. */
export type Message = { to: string; code: string; type: string; sentAt: number };

type Code = { code: string; sentAt: number; tries: number };

const sendWindow = 600_000;

/** Verification codes. A code belongs to a recipient and to nothing else, as in Logto's Management API. */
export class Codes {
  readonly #live = new Map<string, Code>();
  readonly #messages = new Map<string, Message>();
  readonly #sends = new Map<string, number[]>();

  /**
   * Creates the code of a recipient. It replaces an earlier one.
   * @param now epoch milliseconds. @param allowed how many sends in ten minutes.
   * @throws {LogtoError} 429 `request.message_rate_limited`.
   */
  send(to: string, now: number, allowed: number): Message {
    const recent = (this.#sends.get(to) ?? []).filter((sentAt) => now - sentAt < sendWindow);
    if (recent.length >= allowed) throw new LogtoError(429, "request.message_rate_limited");
    this.#sends.set(to, [...recent, now]);
    const message = { to, code: randomCode(), type: "Generic", sentAt: now };
    this.#live.set(to, { code: message.code, sentAt: now, tries: 0 });
    this.#messages.set(to, message);
    return message;
  }

  /**
   * Checks a code. The right code can be used once.
   * @param policy how long a code is valid, in milliseconds, and how many wrong tries it allows.
   * @throws {LogtoError} 400 `verification_code.not_found`, `.expired`, `.exceed_max_try`, `.code_mismatch`.
   */
  verify(to: string, code: string, now: number, policy: { lifetime: number; maximalTries: number }): void {
    const live = this.#live.get(to);
    if (live === undefined) throw new LogtoError(400, "verification_code.not_found");
    if (now - live.sentAt >= policy.lifetime) throw new LogtoError(400, "verification_code.expired");
    if (live.tries >= policy.maximalTries) throw new LogtoError(400, "verification_code.exceed_max_try");
    if (live.code !== code) {
      live.tries += 1;
      throw new LogtoError(400, "verification_code.code_mismatch");
    }
    this.#live.delete(to);
  }

  /** Forgets every code and message. */
  clear(): void {
    for (const map of [this.#live, this.#messages, this.#sends]) map.clear();
  }

  lastMessage(to: string): Message | undefined {
    return this.#messages.get(to);
  }
}
