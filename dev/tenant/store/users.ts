import { LogtoError, notFound } from "../http/logto-error.ts";
import type { SignInExperience } from "./sign-in-experience.ts";

/** Any JSON object. */
export type JsonObject = Record<string, unknown>;

/** An enrolled second factor; `lastStep` is the last period whose code was used. */
export type MfaVerification = { id: string; createdAt: string } & (
  | { type: "Totp"; secret: string; lastStep?: number }
  | { type: "BackupCode"; codes: { code: string; used: boolean }[] }
  | { type: "WebAuthn"; agent: string; name?: string }
);

/** What a user decided about second factors. `skipMfaOnSignIn` turns them off, unless the tenant demands them. */
type LogtoConfigs = {
  mfa: { enabled?: boolean; skipped: boolean; skipMfaOnSignIn: boolean };
  passkeySignIn: { skipped: boolean };
};

/** A user as stored. Times are epoch milliseconds. */
export type User = {
  id: string;
  username: string | null;
  primaryEmail: string | null;
  primaryPhone: string | null;
  name: string | null;
  avatar: string | null;
  customData: JsonObject;
  identities: Record<string, { userId: string; details?: JsonObject }>;
  lastSignInAt: number | null;
  createdAt: number;
  updatedAt: number;
  profile: JsonObject;
  applicationId: string | null;
  isSuspended: boolean;
  passwordDigest: string | null;
  mfa: MfaVerification[];
  logtoConfigs: LogtoConfigs;
  roleIds: Set<string>;
};

/** What a user can sign in with. */
export type Identifiers = {
  [Name in "username" | "primaryEmail" | "primaryPhone"]?: string | null | undefined;
};

/** The users of the tenant. */
export class Users {
  readonly #byId = new Map<string, User>();
  readonly #signInExperience: Pick<SignInExperience, "usernamePolicy">;

  /** @param signInExperience says whether the letter case of usernames counts. */
  constructor(signInExperience: Pick<SignInExperience, "usernamePolicy">) {
    this.#signInExperience = signInExperience;
  }

  find(id: string): User | undefined {
    return this.#byId.get(id);
  }

  /** @throws {LogtoError} 404 `entity.not_found`. */
  get(id: string): User {
    const user = this.#byId.get(id);
    if (user === undefined) throw notFound();
    return user;
  }

  /** Newest first, as in Logto's lists. */
  list(): User[] {
    return [...this.#byId.values()].reverse().sort((left, right) => right.createdAt - left.createdAt);
  }

  insert(user: User): void {
    this.#byId.set(user.id, user);
  }

  remove(id: string): void {
    this.#byId.delete(id);
  }

  /** Finds a user by username, e-mail (any case) or phone. */
  findByIdentifier(type: "username" | "email" | "phone", value: string): User | undefined {
    const { caseSensitive } = this.#signInExperience.usernamePolicy;
    const fold = (text: string | null) => (caseSensitive ? text : text?.toLowerCase());
    return this.list().find((user) => {
      if (type === "username") return fold(user.username) === fold(value);
      if (type === "phone") return user.primaryPhone === value;
      return user.primaryEmail?.toLowerCase() === value.toLowerCase();
    });
  }

  /**
   * Checks that no other user has one of the identifiers.
   * @param exceptId the user who may have them.
   * @throws {LogtoError} 422 `user.username_already_in_use`, `user.email_…` or `user.phone_…`.
   */
  assertFree(identifiers: Identifiers, exceptId?: string): void {
    const taken = (type: "username" | "email" | "phone", value: string | null | undefined) => {
      if (!value) return;
      const owner = this.findByIdentifier(type, value);
      if (owner && owner.id !== exceptId) throw new LogtoError(422, `user.${type}_already_in_use`);
    };
    taken("username", identifiers.username);
    taken("email", identifiers.primaryEmail);
    taken("phone", identifiers.primaryPhone);
  }
}

/** A user with nothing but an id. @param now epoch milliseconds. */
export function blankUser(id: string, now: number): User {
  return {
    id,
    username: null,
    primaryEmail: null,
    primaryPhone: null,
    name: null,
    avatar: null,
    customData: {},
    identities: {},
    lastSignInAt: null,
    createdAt: now,
    updatedAt: now,
    profile: {},
    applicationId: null,
    isSuspended: false,
    passwordDigest: null,
    mfa: [],
    logtoConfigs: { mfa: { skipped: false, skipMfaOnSignIn: false }, passkeySignIn: { skipped: false } },
    roleIds: new Set(),
  };
}
