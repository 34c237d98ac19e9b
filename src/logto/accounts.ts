/** Accounts: who has an e-mail address, which roles a person holds, a new account, its end. */
import * as z from "zod";
import { canonicalEmail } from "../fields/email.ts";
import type { Management } from "./management.ts";
import { successOf } from "./refusals.ts";
import { type LogtoUser, logtoUser } from "./users.ts";

/** Every call throws {UpstreamFailure} as `Management.call` does. */
export type Accounts = {
  /**
   * Finds who has an e-mail address, in whichever spelling the tenant holds it.
   * @param email in canonical form.
   */
  findByEmail(email: string): Promise<LogtoUser | undefined>;
  /**
   * Finds whose identifier something is.
   * @param value as somebody typed it at the tenant's own sign-in page.
   */
  findByIdentifier(identifier: Identifier): Promise<LogtoUser | undefined>;
  /** Finds an account by the name with which it was created. */
  findByName(name: string): Promise<LogtoUser | undefined>;
  /** Creates an account that has nothing but a name: nobody can sign in to it. */
  create(name: string, sendBy: number): Promise<LogtoUser>;
  /** Deletes an account. It may be gone already. */
  remove(userId: string): Promise<void>;
  /** @returns the names of the roles that a person holds. @throws {Refusal} `invalid_token`. */
  roles(userId: string): Promise<ReadonlySet<string>>;
};

export type Identifier = { type: "username" | "email" | "phone"; value: string };

const found = z.array(logtoUser);
const roles = z.array(z.object({ name: z.string() }));

export const accountsApi = (management: Management): Accounts => ({
  findByEmail: (email) => findByEmail(management, email),
  findByIdentifier: ({ type, value }) => finders[type](management, value),
  async findByName(name) {
    const users = successOf(await management.call("findUsersByName", { ids: { name } }, found));
    return users.find((user) => user.name === name);
  },
  async create(name, sendBy) {
    return successOf(await management.call("createUser", { json: { name }, sendBy }, logtoUser));
  },
  async remove(userId) {
    const answer = await management.call("deleteUser", { ids: { userId } }, z.unknown());
    if (!answer.ok && answer.status === 404) return;
    successOf(answer);
  },
  async roles(userId) {
    const held = successOf(await management.call("listUserRoles", { ids: { userId } }, roles));
    return new Set(held.map(({ name }) => name));
  },
});

type Find = (management: Management, value: string) => Promise<LogtoUser | undefined>;

const findByEmail: Find = async (management, email) => {
  const users = successOf(await management.call("findUsers", { ids: { email } }, found));
  return users.find(({ primaryEmail }) => primaryEmail !== null && canonicalEmail(primaryEmail) === email);
};

/** The search ignores the letter case, as some tenants do at sign-in; elsewhere two people may differ by it alone. */
const findByUsername: Find = async (management, username) => {
  const users = successOf(await management.call("findUsersByUsername", { ids: { username } }, found));
  return users.find((user) => user.username === username) ?? (users.length === 1 ? users[0] : undefined);
};

const findByPhone: Find = async (management, typed) => {
  const phone = typed.replaceAll(/\D/g, "");
  if (phone === "") return undefined;
  const users = successOf(await management.call("findUsersByPhone", { ids: { phone } }, found));
  return users.find(({ primaryPhone }) => primaryPhone === phone);
};

const finders = {
  email: (management, typed) => findByEmail(management, canonicalEmail(typed)),
  username: findByUsername,
  phone: findByPhone,
} as const satisfies Record<Identifier["type"], Find>;
