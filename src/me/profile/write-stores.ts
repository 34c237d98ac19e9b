/** Writes a change: first a journal row, then Logto once, then the database and the journal in one batch. */
import { activityEntry } from "../../activity.ts";
import type { Caller } from "../../caller.ts";
import { afterLogto, callLogto } from "../../journal/call-logto.ts";
import { sealEntry } from "../../journal/entry.ts";
import type { WriteLock } from "../../journal/lease.ts";
import type { JsonObject } from "../../json.ts";
import type { LogtoUser } from "../../logto/users.ts";
import type { Services } from "../../services.ts";
import type { StoredProfile } from "./document.ts";
import type { Plan } from "./plan.ts";
import { expectedOf, finishUpdate, type UpdateEntry } from "./settle-update.ts";
import { readVault } from "./stored-profile.ts";

type Decision = { stores: StoredProfile; plan: Plan; proofs: string[]; claim: string | null };

/**
 * Writes a plan to both stores.
 * @returns what they hold afterwards.
 * @throws {Refusal} Logto's refusal, with nothing written; `outcome_unknown`, after which recovery settles the change.
 */
export async function writeStores(
  services: Services,
  caller: Caller,
  lock: WriteLock,
  { stores, plan, proofs, claim }: Decision,
): Promise<StoredProfile> {
  const entry: UpdateEntry = {
    logto: plan.logto ? expectedOf(plan.logto, plan.changed) : [],
    business: plan.business ?? null,
    activity: activityEntry(services.platform, caller, "profile.updated", { fields: plan.changed }),
    proofs,
    claim,
  };
  let { user } = stores;
  if (plan.logto) user = await throughLogto(services, lock, entry, plan.logto);
  else await lock.applyAndRelease(await finishUpdate(services, entry, lock.fence));
  if (!plan.business) return { ...stores, user };
  return { user, ...(await afterLogto(() => readVault(services, caller.userId))) };
}

async function throughLogto(
  services: Services,
  lock: WriteLock,
  entry: UpdateEntry,
  patch: JsonObject,
): Promise<LogtoUser> {
  const { db, logto } = services;
  const { fence } = lock;
  const row = await sealEntry(services, fence.userId, "update", entry);
  const finish = await finishUpdate(services, entry, fence);
  await lock.apply([db.journal.insert(row, fence)]);
  const begun = { entryId: row.id, claim: entry.claim };
  const user = await callLogto(services, lock, begun, () => logto.users.update(fence.userId, patch));
  logto.snapshots.put(user);
  await afterLogto(() => lock.applyAndRelease([...finish, db.journal.delete(row.id, fence)]));
  return user;
}
