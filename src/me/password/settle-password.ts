/** The last step of a password change: by the writer itself, or after its death by whoever comes next. */
import type { Compilable } from "kysely";
import * as z from "zod";
import { activityEntry } from "../../../db/activity-entry.ts";
import type { UnsealedEntry } from "../../journal/entry.ts";
import type { WriteLock } from "../../journal/lease.ts";
import { firstRetryMs } from "../../logto/revoke-sessions.ts";
import { noticeDraft, storeNotices } from "../../notices/notice.ts";
import type { Services } from "../../services.ts";
import { endSignIns, keptSession, latestEnd, type Moment } from "../../verification/end-sign-ins.ts";

const passwordEntry = z.object({
  /** Earlier releases left `null` where only sessions were to end. */
  activity: activityEntry.nullable(),
  kept: keptSession,
  /** What the person is told. Earlier releases told nothing. */
  notices: z.array(noticeDraft).default([]),
});

export type PasswordEntry = z.infer<typeof passwordEntry>;

type FinishServices = Pick<Services, "platform" | "db" | "vault">;

/**
 * Finishes a change whose outcome nobody knows. Logto cannot be asked which password a person has, so it counts as
 * made: to end sessions in vain costs a sign-in, to keep a thief's session costs the account.
 */
export async function settlePassword(
  services: FinishServices & Pick<Services, "logto">,
  { id, userId, content }: UnsealedEntry,
  lock: WriteLock,
): Promise<void> {
  const { platform, db, logto } = services;
  const entry = passwordEntry.parse(content);
  const { activity } = entry;
  logto.snapshots.drop(userId);
  const begunBefore = latestEnd(platform.now(), activity);
  const finish = await finishPassword(services, entry, lock, { begunBefore }, platform.now());
  await lock.apply([...finish, db.journal.delete(id, lock.guard)]);
}

/**
 * The database's whole part of a change, for one batch.
 * @param firstTryAt when the background job sees to them; epoch ms.
 */
export async function finishPassword(
  services: FinishServices,
  { activity, kept, notices }: PasswordEntry,
  lock: WriteLock,
  { begunBefore, updatedAt }: Moment,
  firstTryAt = services.platform.now() + firstRetryMs,
): Promise<Compilable[]> {
  return [
    ...(activity ? [services.db.activity.insert(activity, lock.guard)] : []),
    ...(await storeNotices(services, lock.userId, notices, lock.guard)),
    ...endSignIns(services, kept, lock, { begunBefore, updatedAt }, firstTryAt),
  ];
}
