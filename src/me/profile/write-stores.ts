/** The write itself: a journal row first, Logto once, then the database and the journal in one batch. */
import { activityEntry } from "../../activity.ts";
import { attempt, conclude } from "../../journal/attempt.ts";
import { sealEntry } from "../../journal/settle.ts";
import type { WriteLock } from "../../journal/write-lock.ts";
import type { JsonObject } from "../../json.ts";
import type { LogtoUser } from "../../logto/users.ts";
import type { Caller, Services } from "../../services.ts";
import type { Stores } from "./document.ts";
import type { Plan } from "./plan.ts";
import { expectedOf, finishUpdate, type UpdateEntry } from "./settle-update.ts";
import { readVault } from "./stores.ts";

type Decision = { stores: Stores; plan: Plan; proofs: string[]; claim: string | null };

/**
 * Writes a plan to both stores.
 * @returns what they hold afterwards.
 * @throws {Refusal} Logto's refusal with nothing written; `outcome_unknown` where recovery will settle it.
 */
export async function writeStores(
  services: Services,
  caller: Caller,
  lock: WriteLock,
  { stores, plan, proofs, claim }: Decision,
): Promise<Stores> {
  const entry: UpdateEntry = {
    logto: plan.logto ? expectedOf(plan.logto, plan.changed) : [],
    business: plan.business ?? null,
    activity: activityEntry(services.platform, caller, "profile.updated", { fields: plan.changed }),
    proofs,
    claim,
  };
  let { user } = stores;
  if (plan.logto) user = await throughLogto(services, lock, entry, plan.logto);
  else await lock.commit(await finishUpdate(services, entry, lock.fence));
  if (!plan.business) return { ...stores, user };
  return { user, ...(await conclude(() => readVault(services, caller.userId))) };
}

async function throughLogto(
  services: Services,
  lock: WriteLock,
  entry: UpdateEntry,
  patch: JsonObject,
): Promise<LogtoUser> {
  const { journal, snapshots, users } = services;
  const { fence } = lock;
  const row = await sealEntry(services, fence.userId, "update", entry);
  const finish = await finishUpdate(services, entry, fence);
  await lock.record([journal.insert(row, fence)]);
  const begun = { entryId: row.id, claim: entry.claim };
  const user = await attempt(services, lock, begun, () => users.update(fence.userId, patch));
  snapshots.put(user);
  await conclude(() => lock.commit([...finish, journal.drop(row.id, fence)]));
  return user;
}
