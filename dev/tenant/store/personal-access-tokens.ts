import { LogtoError, notFound } from "../http/logto-error.ts";
import { randomId } from "../ids.ts";

/** A long-lived token with which a user's own programs get access tokens; times are epoch milliseconds. */
export type PersonalAccessToken = {
  userId: string;
  name: string;
  value: string;
  createdAt: number;
  expiresAt: number | null;
};

/** The personal access tokens of all users. */
export class PersonalAccessTokens {
  #tokens: PersonalAccessToken[] = [];

  list(userId: string): PersonalAccessToken[] {
    return this.#tokens.filter((token) => token.userId === userId);
  }

  /** @throws {LogtoError} 422 `user.personal_access_token_name_exists`. */
  insert(token: Omit<PersonalAccessToken, "value">): PersonalAccessToken {
    this.#assertNew(token.userId, token.name);
    const inserted = { ...token, value: `pat_${randomId(32)}` };
    this.#tokens.push(inserted);
    return inserted;
  }

  /** @throws {LogtoError} 404 `entity.not_found`, 422 `user.personal_access_token_name_exists`. */
  rename(userId: string, name: string, newName: string): PersonalAccessToken {
    const token = this.list(userId).find((one) => one.name === name);
    if (token === undefined) throw notFound();
    if (newName !== name) this.#assertNew(userId, newName);
    token.name = newName;
    return token;
  }

  /** @throws {LogtoError} 404 `entity.not_found`. */
  remove(userId: string, name: string): void {
    const rest = this.#tokens.filter((token) => token.userId !== userId || token.name !== name);
    if (rest.length === this.#tokens.length) throw notFound();
    this.#tokens = rest;
  }

  removeAll(userId: string): void {
    this.#tokens = this.#tokens.filter((token) => token.userId !== userId);
  }

  /** The user of a token that has not expired. */
  find(value: string, now: number): string | undefined {
    const token = this.#tokens.find((one) => one.value === value);
    return token && (token.expiresAt ?? Number.POSITIVE_INFINITY) > now ? token.userId : undefined;
  }

  #assertNew(userId: string, name: string): void {
    if (this.list(userId).some((token) => token.name === name)) {
      throw new LogtoError(422, "user.personal_access_token_name_exists");
    }
  }
}
