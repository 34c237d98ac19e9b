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
  /** Finds an account by the name with which it was created. */
  findByName(name: string): Promise<LogtoUser | undefined>;
  /** Creates an account that has nothing but a name: nobody can sign in to it. */
  create(name: string, sendBy: number): Promise<LogtoUser>;
  /** Deletes an account. It may be gone already. */
  remove(userId: string): Promise<void>;
  /** @returns the names of the roles that a person holds. @throws {Refusal} `invalid_token`. */
  roles(userId: string): Promise<ReadonlySet<string>>;
};

const found = z.array(logtoUser);
const roles = z.array(z.object({ name: z.string() }));

export const accountsApi = (management: Management): Accounts => ({
  async findByEmail(email) {
    const users = successOf(await management.call("findUsers", { ids: { email } }, found));
    return users.find(({ primaryEmail }) => primaryEmail !== null && canonicalEmail(primaryEmail) === email);
  },
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
