/** Accounts as such: found by an address, created, removed; and the roles that a person holds. */
import * as z from "zod";
import { canonicalEmail } from "../fields/email.ts";
import type { Management } from "./management.ts";
import { successOf, throwRefusal } from "./refusals.ts";
import type { SignInExperience } from "./sign-in-experience.ts";
import { type LogtoUser, logtoUser } from "./users.ts";

export type Accounts = {
  /**
   * Finds who has an e-mail address, in whichever spelling the tenant holds it.
   * @param email in canonical form.
   * @throws {UpstreamFailure} as `Management.call`.
   */
  findByEmail(email: string): Promise<LogtoUser | undefined>;
  /** Creates an account that has nothing: no identifier and no password. @throws {UpstreamFailure}. */
  create(): Promise<LogtoUser>;
  /** Removes an account. One that is gone already is no error. @throws {UpstreamFailure}. */
  remove(userId: string): Promise<void>;
  /** @returns the names of the roles that a person holds. @throws {Refusal} `invalid_token`; {UpstreamFailure}. */
  roles(userId: string): Promise<ReadonlySet<string>>;
  /** @returns the targets of the providers by which people can sign in. @throws {UpstreamFailure}. */
  socialTargets(): Promise<readonly string[]>;
};

const found = z.array(logtoUser);
const roles = z.array(z.object({ name: z.string() }));

export const accountsApi = (
  management: Management,
  signInExperience: Pick<SignInExperience, "policies">,
): Accounts => ({
  async findByEmail(email) {
    const users = successOf(await management.call("findUsers", { ids: { email } }, found));
    return users.find(({ primaryEmail }) => primaryEmail !== null && canonicalEmail(primaryEmail) === email);
  },
  async create() {
    return successOf(await management.call("createUser", { json: {} }, logtoUser));
  },
  async remove(userId) {
    const answer = await management.call("deleteUser", { ids: { userId } }, z.unknown());
    if (!answer.ok && answer.status !== 404) throwRefusal(answer);
  },
  async roles(userId) {
    const held = successOf(await management.call("listUserRoles", { ids: { userId } }, roles));
    return new Set(held.map(({ name }) => name));
  },
  async socialTargets() {
    return (await signInExperience.policies()).socialSignInConnectorTargets;
  },
});
