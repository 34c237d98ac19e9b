/** The last step of putting an identifier back: by the writer itself, or after its death by whoever comes next. */
import type { Compilable } from "kysely";
import * as z from "zod";
import { activityEntry } from "../../../db/activity-entry.ts";
import type { UnsealedEntry } from "../../journal/entry.ts";
import type { WriteLock } from "../../journal/lease.ts";
import { firstRetryMs } from "../../logto/revoke-sessions.ts";
import { noticeDraft, storeNotices } from "../../notices/notice.ts";
import type { Services } from "../../services.ts";
import { endSignIns, keptSession, latestEnd } from "../../verification/end-sign-ins.ts";
import { isHeld, logtoEffects } from "../profile/settle-update.ts";

const restorationEntry = z.object({
  activity: activityEntry,
  /** What it changes at Logto. */
  effects: logtoEffects,
  /** The former value that it puts back. */
  row: z.object({ fields: z.array(z.string()), sequence: z.number() }),
  kept: keptSession,
  /** Whoever has an address of the account, before or after it. */
  notices: z.array(noticeDraft),
});

export type RestorationEntry = z.output<typeof restorationEntry>;

/**
 * The database's whole part of it, for one batch. Later changes of the identifier can be undone no more, and no link that
 * was sent since works: it went to whoever had the account meanwhile.
 * @param begunBefore sessions and grants that began before are to end; epoch ms.
 * @param firstTryAt when the background job sees to them; epoch ms.
 */
export const finishRestoration = async (
  services: Pick<Services, "platform" | "db" | "vault">,
  { activity, row, kept, notices }: RestorationEntry,
  lock: WriteLock,
  begunBefore: number,
  firstTryAt = services.platform.now() + firstRetryMs,
): Promise<Compilable[]> => [
  services.db.activity.insert(activity, lock.guard),
  ...(await storeNotices(services, lock.userId, notices, lock.guard)),
  ...services.db.formerValues.endFrom({ userId: lock.userId, ...row }, lock.guard),
  ...endSignIns(services, kept, lock, { begunBefore }, firstTryAt),
];

/** Reads the user from Logto: finishes what Logto has, and drops what it does not have, so that it can be tried again. */
export async function settleRestoration(
  services: Pick<Services, "platform" | "db" | "vault" | "logto">,
  { id, userId, content }: UnsealedEntry,
  lock: WriteLock,
): Promise<void> {
  const { platform, db, logto } = services;
  const entry = restorationEntry.parse(content);
  const happened = await isHeld(services, userId, entry.effects);
  logto.snapshots.drop(userId);
  const now = platform.now();
  const begunBefore = latestEnd(now, entry.activity);
  const statements = happened ? await finishRestoration(services, entry, lock, begunBefore, now) : [];
  await lock.apply([...statements, db.journal.delete(id, lock.guard)]);
}
