import { activityEntry } from "../../activity.ts";
import type { Caller } from "../../caller.ts";
import { withWriteLock } from "../../journal/write-lock.ts";
import { noticeOf } from "../../notices/notice.ts";
import type { Services } from "../../services.ts";

/**
 * Keeps the caller's account after all. It takes no step-up: whoever holds the session may stop what cannot be undone.
 * @returns whether there was something to cancel.
 * @throws {Refusal} `invalid_token` once the deletion is under way.
 */
export async function cancelDeletion(services: Services, caller: Caller): Promise<boolean> {
  const { db, platform, logto } = services;
  const { userId } = caller;
  return withWriteLock(services, caller, async (lock) => {
    const user = await logto.snapshots.refresh(userId);
    if (!(await db.deletions.find(userId))) return false;
    const entry = activityEntry(platform, caller, "deletion.cancelled");
    await lock.applyAndRelease([
      db.deletions.cancel(userId, lock.guard),
      db.activity.insert(entry, lock.guard),
      ...(await noticeOf(services, user, "deletion.cancelled", {}, lock.guard)),
    ]);
    return true;
  });
}
