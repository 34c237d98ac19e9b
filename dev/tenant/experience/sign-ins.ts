import { LogtoError } from "../http/logto-error.ts";
import { randomId } from "../ids.ts";

/** What identifies somebody on the sign-in page. */
export type Identifier = { type: "username" | "email" | "phone"; value: string };

/** A proven password, waiting to identify its owner. */
export type Verification = { id: string; userId: string; identifier: Identifier };

/** A sign-in under way, kept by the uid of its OIDC interaction. */
export type SignIn = { interactionEvent: string; verifications: Verification[]; userId: string | undefined };

/** The sign-ins under way. */
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

/** Notes that a password was right. */
export function addVerification(signIn: SignIn, userId: string, identifier: Identifier): Verification {
  const verification = { id: randomId(21), userId, identifier };
  signIn.verifications.push(verification);
  return verification;
}

/** Logto's lock against guessing: per raw identifier, so that another letter case escapes it. */
export class Sentinel {
  readonly #failures = new Map<string, { times: number[]; lockedUntil: number }>();

  /** @throws {LogtoError} 400 `session.verification_blocked_too_many_attempts`. */
  assertOpen(key: string, now: number): void {
    if ((this.#failures.get(key)?.lockedUntil ?? 0) > now) throw blocked();
  }

  /** Counts a wrong password; the one that fills the hour's allowance already answers blocked. */
  fail(
    key: string,
    now: number,
    { maxAttempts, lockoutMinutes }: { maxAttempts: number; lockoutMinutes: number },
  ): void {
    const recent = (this.#failures.get(key)?.times ?? []).filter((time) => now - time < 3_600_000);
    const full = recent.length + 1 >= maxAttempts;
    this.#failures.set(key, {
      times: [...recent, now],
      lockedUntil: full ? now + lockoutMinutes * 60_000 : 0,
    });
    if (full) throw blocked();
  }
}

function blocked(): LogtoError {
  return new LogtoError(400, "session.verification_blocked_too_many_attempts");
}
