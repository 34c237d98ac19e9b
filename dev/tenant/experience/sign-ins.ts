import { LogtoError } from "../http/logto-error.ts";
import { randomId } from "../ids.ts";

/** What a user types on the sign-in page. */
export type Identifier = { type: "username" | "email" | "phone"; value: string };

/** A password that was verified. It can then identify its user. */
export type Verification = { id: string; userId: string; identifier: Identifier };

/** A sign-in in progress. */
export type SignIn = { interactionEvent: string; verifications: Verification[]; userId: string | undefined };

/** The sign-ins in progress, by the uid of their OIDC interaction. */
export class SignIns {
  readonly #byInteraction = new Map<string, SignIn>();

  start(uid: string, interactionEvent: string): void {
    this.#byInteraction.set(uid, { interactionEvent, verifications: [], userId: undefined });
  }

  /** @throws {LogtoError} 404 `session.interaction_not_found` before `PUT /api/experience`. */
  get(uid: string): SignIn {
    const signIn = this.#byInteraction.get(uid);
    if (signIn === undefined) throw new LogtoError(404, "session.interaction_not_found");
    return signIn;
  }

  finish(uid: string): void {
    this.#byInteraction.delete(uid);
  }
}

/** Records that a password was right. */
export function addVerification(signIn: SignIn, userId: string, identifier: Identifier): Verification {
  const verification = { id: randomId(21), userId, identifier };
  signIn.verifications.push(verification);
  return verification;
}

/** Logto's lockout. It counts per identifier as typed, so another letter case escapes it. */
export class Sentinel {
  readonly #failures = new Map<string, { times: number[]; lockedUntil: number }>();

  /** @throws {LogtoError} 400 `session.verification_blocked_too_many_attempts`. */
  assertOpen(key: string, now: number): void {
    if ((this.#failures.get(key)?.lockedUntil ?? 0) > now) throw blocked();
  }

  /** Counts a wrong password. The one that reaches the limit of the hour is already answered as blocked. */
  fail(
    key: string,
    now: number,
    { maxAttempts, lockoutDuration }: { maxAttempts: number; lockoutDuration: number },
  ): void {
    const recent = (this.#failures.get(key)?.times ?? []).filter((time) => now - time < 3_600_000);
    const full = recent.length + 1 >= maxAttempts;
    this.#failures.set(key, {
      times: [...recent, now],
      lockedUntil: full ? now + lockoutDuration * 60_000 : 0,
    });
    if (full) throw blocked();
  }
}

function blocked(): LogtoError {
  return new LogtoError(400, "session.verification_blocked_too_many_attempts");
}
