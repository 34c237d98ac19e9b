import { randomId } from "../ids.ts";

/** How long a subject token may be exchanged, in seconds. */
export const subjectTokenLifetime = 600;

/** Subject tokens: with one, an application gets an access token of a user. */
export class SubjectTokens {
  readonly #tokens = new Map<string, { userId: string; expiresAt: number }>();

  /** @param now epoch milliseconds. */
  issue(userId: string, now: number): string {
    const token = `sub_${randomId(21)}`;
    this.#tokens.set(token, { userId, expiresAt: now + subjectTokenLifetime * 1000 });
    return token;
  }

  /** The user of a token that has not expired. The token can still be used afterwards. */
  find(token: string, now: number): string | undefined {
    const found = this.#tokens.get(token);
    return found !== undefined && found.expiresAt > now ? found.userId : undefined;
  }

  use(token: string): void {
    this.#tokens.delete(token);
  }
}
