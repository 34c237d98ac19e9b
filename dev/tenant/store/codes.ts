import { LogtoError } from "../http/logto-error.ts";
import { randomCode } from "../ids.ts";

/** The last message sent to an address. */
export type Message = { to: string; code: string; type: string; sentAt: number };

/** Whom a code belongs to. One of the Management API has no `scope`; one of an interaction has its uid. */
export type CodeOwner = { to: string; scope?: string | undefined };

type Code = { code: string; sentAt: number; tries: number };

const sendWindow = 600_000;

/** Verification codes. A code of the Management API belongs to a recipient and to nothing else. */
export class Codes {
  readonly #live = new Map<string, Code>();
  readonly #messages = new Map<string, Message>();
  /** Tokens of the service beside this tenant, in events for the mailer of a shop. */
  readonly tokens = new Map<string, string>();
  readonly #sends = new Map<string, number[]>();

  /**
   * Creates the code of a recipient. It replaces an earlier one.
   * @param now epoch milliseconds. @param allowed how many codes in ten minutes.
   * @throws {LogtoError} 429 `request.message_rate_limited`.
   */
  create(owner: CodeOwner, now: number, allowed: number): string {
    const recent = (this.#sends.get(owner.to) ?? []).filter((sentAt) => now - sentAt < sendWindow);
    if (recent.length >= allowed) throw new LogtoError(429, "request.message_rate_limited");
    this.#sends.set(owner.to, [...recent, now]);
    const code = randomCode();
    this.#live.set(keyOf(owner), { code, sentAt: now, tries: 0 });
    return code;
  }

  /** Creates a code, and the message that carries it. @param type what the message is for. */
  send(owner: CodeOwner, type: string, now: number, allowed: number): Message {
    const message = { to: owner.to, code: this.create(owner, now, allowed), type, sentAt: now };
    this.#messages.set(owner.to, message);
    return message;
  }

  /**
   * Checks a code. The right code can be used once.
   * @param policy how long a code is valid, in milliseconds, and how many wrong tries it allows.
   * @throws {LogtoError} 400 `verification_code.not_found`, `.expired`, `.exceed_max_try`, `.code_mismatch`.
   */
  verify(
    owner: CodeOwner,
    code: string,
    now: number,
    policy: { lifetime: number; maximalTries: number },
  ): void {
    const live = this.#live.get(keyOf(owner));
    if (live === undefined) throw new LogtoError(400, "verification_code.not_found");
    if (now - live.sentAt >= policy.lifetime) throw new LogtoError(400, "verification_code.expired");
    if (live.tries >= policy.maximalTries) throw new LogtoError(400, "verification_code.exceed_max_try");
    if (live.code !== code) {
      live.tries += 1;
      throw new LogtoError(400, "verification_code.code_mismatch");
    }
    this.#live.delete(keyOf(owner));
  }

  /** Forgets how many codes these addresses were sent. */
  allowSending(addresses: string[]): void {
    for (const address of addresses) this.#sends.delete(address);
  }

  /** Forgets every code and message. */
  clear(): void {
    for (const map of [this.#live, this.#messages, this.#sends, this.tokens]) map.clear();
  }

  lastMessage(to: string): Message | undefined {
    return this.#messages.get(to);
  }
}

function keyOf({ to, scope = "" }: CodeOwner): string {
  return `${scope} ${to}`;
}
