/** Removes a factor or a linked account at Logto, and ends what was earned before it. Recovery finishes it after a crash. */
import type { Compilable } from "kysely";
import * as z from "zod";
import { activityEntry } from "../../db/activity-entry.ts";
import { afterLogto, callLogto } from "../journal/call-logto.ts";
import { sealEntry, type UnsealedEntry } from "../journal/entry.ts";
import type { WriteLock } from "../journal/lease.ts";
import { noticeDraft, storeNotices } from "../notices/notice.ts";
import { Refusal } from "../problem.ts";
import type { Services } from "../services.ts";
import { beginCredentialChange, endCredentialChange } from "./credentials.ts";

const removalEntry = z.object({
  what: z.enum(["factor", "identity"]),
  /** Logto's id of the factor, or the target of the identity. */
  name: z.string(),
  activity: activityEntry,
  notices: z.array(noticeDraft),
});

/** Everything that is needed to finish a removal once Logto has it. */
export type RemovalEntry = z.output<typeof removalEntry>;

/**
 * Removes it; one that is gone already counts as removed.
 * @throws {Refusal} Logto's refusal with nothing changed; `outcome_unknown` where recovery will settle it.
 */
export async function removeCredential(
  services: Services,
  lock: WriteLock,
  entry: RemovalEntry,
): Promise<void> {
  const { db, logto } = services;
  const { userId, guard } = lock;
  const row = await sealEntry(services, userId, "removal", entry);
  const finish = await finishRemoval(services, entry, lock);
  await lock.apply([db.journal.insert(row, guard), beginCredentialChange(services, lock)]);
  await callLogto(services, lock, row.id, (sendBy) =>
    entry.what === "factor"
      ? logto.factors.remove(userId, entry.name, sendBy)
      : logto.identities.remove(userId, entry.name, sendBy),
  );
  logto.snapshots.drop(userId);
  await afterLogto(() => lock.applyAndRelease([...finish, db.journal.delete(row.id, guard)]));
}

const finishRemoval = async (
  services: Pick<Services, "platform" | "db" | "vault">,
  { activity, notices }: RemovalEntry,
  lock: WriteLock,
): Promise<Compilable[]> => [
  services.db.activity.insert(activity, lock.guard),
  ...(await storeNotices(services, lock.userId, notices, lock.guard)),
  ...endCredentialChange(services, lock),
];

/** Asks Logto whether it is gone: finishes the removal then, and drops it otherwise. */
export async function settleRemoval(
  services: Pick<Services, "platform" | "db" | "vault" | "logto">,
  { id, userId, content }: UnsealedEntry,
  lock: WriteLock,
): Promise<void> {
  const entry = removalEntry.parse(content);
  const isDone = await isGone(services, userId, entry);
  services.logto.snapshots.drop(userId);
  const statements = isDone ? await finishRemoval(services, entry, lock) : [];
  await lock.apply([...statements, services.db.journal.delete(id, lock.guard)]);
}

/** Of a user who is gone themselves, nothing was removed. */
async function isGone(
  { logto }: Pick<Services, "logto">,
  userId: string,
  { what, name }: RemovalEntry,
): Promise<boolean> {
  try {
    if (what === "identity") return !Object.hasOwn((await logto.users.get(userId)).identities, name);
    return (await logto.factors.list(userId)).every((factor) => factor.id !== name);
  } catch (error) {
    if (error instanceof Refusal && error.code === "invalid_token") return false;
    throw error;
  }
}
