/** Finishes a password change whose writer died: ends the old sessions, even if the outcome of the change is unknown. */
import type { Compilable } from "kysely";
import * as z from "zod";
import { activityEntry } from "../../../db/activity.ts";
import type { UnsealedEntry } from "../../journal/entry.ts";
import type { WriteLock } from "../../journal/lease.ts";
import { Refusal } from "../../problem.ts";
import type { Services } from "../../services.ts";
import { revokeSessions } from "./revoke-sessions.ts";

const passwordEntry = z.object({
  /** The activity entry that is still to be inserted; `null` afterwards. */
  activity: activityEntry.nullable(),
});

export type PasswordEntry = z.infer<typeof passwordEntry>;

type RecordServices = Pick<Services, "db">;

/**
 * Finishes an entry. The journal does not hold the password, so it cannot be compared with Logto's: an unknown outcome
 * counts as a change. To end sessions without need costs a sign-in; to keep the session of a thief costs the account.
 * @throws {Refusal} `upstream_unavailable` while sessions remain; the entry stays for the next run.
 */
export async function settlePassword(
  services: RecordServices & Pick<Services, "logto">,
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
 * The database's part of a change: inserts the activity entry and deletes the step-up records of the person.
 * @param earnedBy epoch ms: records that were issued later stay.
 */
export const recordChange = (
  { db }: RecordServices,
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
