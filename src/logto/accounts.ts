/** Who has an e-mail address, and which roles a person holds. */
import * as z from "zod";
import { canonicalEmail } from "../fields/email.ts";
import type { Management } from "./management.ts";
import { successOf } from "./refusals.ts";
import { type LogtoUser, logtoUser } from "./users.ts";

export type Accounts = {
  /**
   * Finds who has an e-mail address, in whichever spelling the tenant holds it.
   * @param email in canonical form.
   * @throws {UpstreamFailure} as `Management.call`.
   */
  findByEmail(email: string): Promise<LogtoUser | undefined>;
  /** @returns the names of the roles that a person holds. @throws {Refusal} `invalid_token`; {UpstreamFailure}. */
  roles(userId: string): Promise<ReadonlySet<string>>;
};

const found = z.array(logtoUser);
const roles = z.array(z.object({ name: z.string() }));

export const accountsApi = (management: Management): Accounts => ({
  async findByEmail(email) {
    const users = successOf(await management.call("findUsers", { ids: { email } }, found));
    return users.find(({ primaryEmail }) => primaryEmail !== null && canonicalEmail(primaryEmail) === email);
  },
  async roles(userId) {
    const held = successOf(await management.call("listUserRoles", { ids: { userId } }, roles));
    return new Set(held.map(({ name }) => name));
  },
});
