import { randomId } from "../ids.ts";

/** How long a subject token may be exchanged, in seconds. */
export const subjectTokenLifetime = 600;

/** One-time tokens that let a machine act for a person. */
export class SubjectTokens {
  readonly #tokens = new Map<string, { userId: string; expiresAt: number }>();

  /** @param now epoch milliseconds. */
  issue(userId: string, now: number): string {
    const token = `sub_${randomId(21)}`;
    this.#tokens.set(token, { userId, expiresAt: now + subjectTokenLifetime * 1000 });
    return token;
  }

  /** The person behind a live token, without using it up. */
  find(token: string, now: number): string | undefined {
    const found = this.#tokens.get(token);
    return found !== undefined && found.expiresAt > now ? found.userId : undefined;
  }

  use(token: string): void {
    this.#tokens.delete(token);
  }
}
