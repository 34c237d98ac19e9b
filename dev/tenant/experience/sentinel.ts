import { LogtoError } from "../http/logto-error.ts";

/** What wrong tries are counted for: an identifier as typed, or a second factor of a user. */
type Target = { type: string; value: string };

const hour = 3_600_000;

/** Logto's lockout. Another letter case of an identifier escapes it. */
export class Sentinel {
  readonly #failures = new Map<string, { times: number[]; lockedUntil: number }>();

  /** @throws {LogtoError} 400 `session.verification_blocked_too_many_attempts`. */
  assertOpen(target: Target, now: number): void {
    if ((this.#failures.get(keyOf(target))?.lockedUntil ?? 0) > now) throw blocked();
  }

  /** Counts a wrong password or code. @returns whether it is the one that locks. */
  fail(
    target: Target,
    now: number,
    { maxAttempts, lockoutDuration }: { maxAttempts: number; lockoutDuration: number },
  ): boolean {
    const key = keyOf(target);
    const recent = (this.#failures.get(key)?.times ?? []).filter((time) => now - time < hour);
    const full = recent.length + 1 >= maxAttempts;
    const lockedUntil = full ? now + lockoutDuration * 60_000 : 0;
    this.#failures.set(key, { times: [...recent, now], lockedUntil });
    return full;
  }

  /** Unlocks identifiers, whatever their type. */
  unlock(values: string[]): void {
    for (const key of this.#failures.keys()) {
      if (values.includes(key.slice(key.indexOf(":") + 1))) this.#failures.delete(key);
    }
  }
}

/** The answer for an identifier that is locked, to the right password too. */
export function blocked(): LogtoError {
  return new LogtoError(400, "session.verification_blocked_too_many_attempts");
}

function keyOf({ type, value }: Target): string {
  return `${type}:${value}`;
}
