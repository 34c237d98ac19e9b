import { activityEntry } from "../../activity.ts";
import type { Caller } from "../../caller.ts";
import { afterLogto, callLogto } from "../../journal/call-logto.ts";
import { sealEntry } from "../../journal/entry.ts";
import type { WriteLock } from "../../journal/lease.ts";
import { withWriteLock } from "../../journal/write-lock.ts";
import { logEvent } from "../../log.ts";
import { revokeNow } from "../../logto/revoke-sessions.ts";
import { draftNotice } from "../../notices/notice.ts";
import { Refusal } from "../../problem.ts";
import type { Services } from "../../services.ts";
import { beginCredentialChange } from "../../verification/credentials.ts";
import { keptBy } from "../../verification/end-sign-ins.ts";
import { requireStepUp } from "../../verification/step-up.ts";
import { finishPassword, type PasswordEntry } from "./settle-password.ts";

/**
 * Sets a new password that the tenant's policy accepts, then ends the sessions and grants that began before. The cookie
 * session that makes the change goes on.
 * @param password 1 to 256 UTF-16 units, checked and set as typed.
 * @returns the number of sessions that ended. A background job ends those that Logto could not end now.
 * @throws {Refusal} `step_up_required`; `password_rejected` naming the rules it breaks; `outcome_unknown`.
 */
export async function changePassword(
  services: Services,
  caller: Caller,
  { password, verificationId }: { password: string; verificationId: string | undefined },
): Promise<{ revokedSessions: number }> {
  const { userId } = caller;
  const begunBefore = await withWriteLock(services, caller, async (lock) => {
    const user = await services.logto.snapshots.refresh(userId);
    await requireStepUp(services, caller, user, verificationId);
    await requireAccepted(services, caller, password);
    const activity = activityEntry(services.platform, caller, "password.changed");
    const notices = draftNotice(services, user, "password.changed", {});
    return setPassword(services, lock, { activity, kept: keptBy(caller), notices }, password);
  });
  const keptSid = caller.session?.sid ?? null;
  const { ended } = await revokeNow(services, { userId, begunBefore, keptSid, attempts: 0 });
  return { revokedSessions: ended };
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

/** @returns the moment of the change, on whichever clock is ahead: ours, or Logto's. */
async function setPassword(
  services: Services,
  lock: WriteLock,
  entry: PasswordEntry,
  password: string,
): Promise<number> {
  const { platform, db, logto } = services;
  const { userId, guard } = lock;
  const row = await sealEntry(services, userId, "password", entry);
  await lock.apply([db.journal.insert(row, guard), beginCredentialChange(services, lock)]);
  const user = await callLogto(services, lock, row.id, (sendBy) =>
    logto.snapshots.change(userId, () => logto.users.setPassword(userId, password, sendBy)),
  );
  const begunBefore = Math.max(platform.now(), user.updatedAt ?? 0);
  const finish = await finishPassword(services, entry, lock, {
    begunBefore,
    updatedAt: user.updatedAt ?? undefined,
  });
  await afterLogto(() => lock.applyAndRelease([...finish, db.journal.delete(row.id, guard)]));
  return begunBefore;
}
