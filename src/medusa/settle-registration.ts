/** What becomes of a registration that did not come to its end. */
import * as z from "zod";
import { activityEntry } from "../../db/activity-entry.ts";
import { eraseUser } from "../erasure/erase-user.ts";
import type { UnsealedEntry } from "../journal/entry.ts";
import type { WriteLock } from "../journal/lease.ts";
import type { LogtoUser } from "../logto/users.ts";
import { Refusal } from "../problem.ts";
import type { Services } from "../services.ts";

const registrationEntry = z.object({
  /** Null until Logto has told of the account; then it may be there under the name of the registration. */
  account: z.object({ userId: z.string(), activity: activityEntry }).nullable(),
});
export type RegistrationEntry = z.infer<typeof registrationEntry>;

type SettleServices = Pick<Services, "platform" | "db" | "vault" | "logto">;

/** Keeps an account that somebody can sign in to, and removes any other. */
export async function settleRegistration(
  services: SettleServices,
  { id, userId: name, content }: UnsealedEntry,
  lock: WriteLock,
): Promise<void> {
  const { db, logto, vault } = services;
  const { account } = registrationEntry.parse(content);
  const user = account ? await find(services, account.userId) : await logto.accounts.findByName(name);
  const isKept = user !== undefined && canSignIn(user);
  if (user && !isKept) await removeAccount(services, user.id);
  const entries = [];
  if (account && isKept) {
    const person = await vault.keyedHash("user", account.userId);
    entries.push(db.activity.insert(account.activity, { ...lock.guard, person }));
  }
  await lock.apply([...entries, db.journal.delete(id, lock.guard)]);
}

const canSignIn = ({ hasPassword, lastSignInAt, identities }: LogtoUser) =>
  hasPassword || lastSignInAt !== null || Object.keys(identities).length > 0;

async function find({ logto }: SettleServices, userId: string): Promise<LogtoUser | undefined> {
  try {
    return await logto.users.get(userId);
  } catch (error) {
    if (error instanceof Refusal && error.code === "invalid_token") return undefined;
    throw error;
  }
}

/** Deletes an account, and what is stored here under it. @throws {UpstreamFailure}; {Refusal} `storage_unavailable`. */
export async function removeAccount(services: SettleServices, userId: string): Promise<void> {
  await services.logto.accounts.remove(userId);
  await eraseUser(services, userId);
}
