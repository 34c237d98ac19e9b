/** The rest of a password change whose writer is gone: the old sessions end, whether or not the change is certain. */
import type { Compilable } from "kysely";
import * as z from "zod";
import { activityEntry } from "../../../db/activity.ts";
import type { UnsealedEntry } from "../../journal/entry.ts";
import type { WriteLock } from "../../journal/lease.ts";
import { Refusal } from "../../problem.ts";
import type { Services } from "../../services.ts";
import { revokeSessions } from "./revoke-sessions.ts";

const passwordEntry = z.object({
  /** To be recorded still; `null` once it is. */
  activity: activityEntry.nullable(),
});

export type PasswordEntry = z.infer<typeof passwordEntry>;

type Recorders = Pick<Services, "db">;

/**
 * Logto cannot be asked which password a person has without knowing it, so an unknown outcome counts as a change:
 * ending sessions in vain costs a sign-in, keeping a thief's session costs the account.
 * @throws {Refusal} `upstream_unavailable` while sessions are left; the entry stays for the next run.
 */
export async function settlePassword(
  services: Recorders & Pick<Services, "logto">,
  { id, userId, content }: UnsealedEntry,
  lock: WriteLock,
): Promise<void> {
  const entry = passwordEntry.parse(content);
  services.logto.snapshots.drop(userId);
  const { complete } = await revokeSessions(services, userId);
  if (!complete) throw new Refusal("upstream_unavailable");
  const record = recordChange(services, entry, lock, entry.activity?.at);
  await lock.apply([...record, services.db.journal.delete(id, lock.fence)]);
}

/**
 * The database's part of a change: its record, and the end of every proof that the former password gave.
 * @param earnedBy epoch ms: proofs earned later stay.
 */
export const recordChange = (
  { db }: Recorders,
  entry: PasswordEntry,
  { fence }: WriteLock,
  earnedBy?: number,
): Compilable[] =>
  entry.activity === null
    ? []
    : [
        db.activity.insert(entry.activity, fence),
        db.verificationRecords.deleteAll(fence.userId, fence, earnedBy),
      ];
