/** Checks that an answer of Logto is about the user that it was requested for. */
import { UpstreamFailure } from "./upstream-failure.ts";

/** An answer about another user. Nothing of it may be shown or kept. */
export class SubjectMismatch extends UpstreamFailure {
  constructor() {
    super("upstream_invalid", { sent: "maybe" });
    this.name = "SubjectMismatch";
  }
}

/**
 * Compares the user that an answer names with the requested one.
 * @param named the user id in the answer; null or undefined if the answer names no user.
 * @throws {SubjectMismatch} for any other value than `userId`.
 */
export function requireSubject(userId: string, named: unknown): void {
  if (named !== undefined && named !== null && named !== userId) throw new SubjectMismatch();
}
