import { activityEntry } from "../../activity.ts";
import type { Caller } from "../../caller.ts";
import { afterLogto, callLogto } from "../../journal/call-logto.ts";
import { sealEntry } from "../../journal/entry.ts";
import type { WriteLock } from "../../journal/lease.ts";
import { withWriteLock } from "../../journal/write-lock.ts";
import { logEvent } from "../../log.ts";
import { Refusal } from "../../problem.ts";
import type { Services } from "../../services.ts";
import { claimRecord, requireStepUp } from "../../verification/step-up.ts";
import { revokeSessions } from "./revoke-sessions.ts";
import { type PasswordEntry, recordChange } from "./settle-password.ts";

/**
 * Sets a new password that the tenant's policy accepts, then ends all sessions and grants of the caller.
 * @param password 1 to 256 code points in any Unicode form; it is normalised to NFC here.
 * @returns the number of sessions that ended. Recovery ends those that Logto could not end now.
 * @throws {Refusal} `step_up_required`; `password_rejected` naming the rules it breaks; `outcome_unknown`.
 */
export async function changePassword(
  services: Services,
  caller: Caller,
  { password, verificationId }: { password: string; verificationId: string | undefined },
): Promise<{ revokedSessions: number }> {
  const normalized = password.normalize("NFC");
  return withWriteLock(services, caller.userId, async (lock) => {
    const user = await services.logto.snapshots.get(caller.userId);
    const record = await requireStepUp(services, caller, user, verificationId);
    await requireAccepted(services, caller, normalized);
    const claim = await claimRecord(services, record, user);
    const activity = activityEntry(services.platform, caller, "password.changed");
    return setAndRevoke(services, lock, { activity }, claim, normalized);
  });
}

async function requireAccepted(
  { platform, logto }: Services,
  { userId, requestId }: Caller,
  password: string,
) {
  const { ok, issues, breachCheckSkipped } = await logto.users.checkPassword(userId, password);
  if (breachCheckSkipped) logEvent(platform, "warn", "password.breach_check_skipped", { requestId });
  if (!ok) throw new Refusal("password_rejected", { issues });
}

async function setAndRevoke(
  services: Services,
  lock: WriteLock,
  entry: PasswordEntry,
  claim: string,
  password: string,
) {
  const { db, logto } = services;
  const { fence } = lock;
  const { userId } = fence;
  const row = await sealEntry(services, userId, "password", entry);
  await lock.apply([db.journal.insert(row, fence)]);
  const begun = { entryId: row.id, claim };
  logto.snapshots.put(
    await callLogto(services, lock, begun, () => logto.users.setPassword(userId, password)),
  );

  // Once the change is recorded, all that is left for recovery is to end the old sessions.
  const recorded: PasswordEntry = { activity: null };
  const { sealed } = await sealEntry(services, userId, "password", recorded);
  const further = db.journal.update(row.id, sealed, fence);
  await afterLogto(() => lock.apply([...recordChange(services, entry, lock), further]));
  const { ended, complete } = await revokeSessions(services, userId);
  if (complete) await afterLogto(() => lock.applyAndRelease([db.journal.delete(row.id, fence)]));
  return { revokedSessions: ended };
}
