import type { Ending } from "../../../db/endings.ts";
import { activityEntry } from "../../activity.ts";
import type { Caller } from "../../caller.ts";
import { withWriteLock } from "../../journal/write-lock.ts";
import { endAtLogto } from "../../logto/end-at-logto.ts";
import { firstRetryMs } from "../../logto/revoke-sessions.ts";
import { noticeOf } from "../../notices/notice.ts";
import { Refusal } from "../../problem.ts";
import type { Services } from "../../services.ts";
import { gatherApplications } from "./gather-applications.ts";

/**
 * Takes from an application all that the caller has granted to it. A background job revokes what Logto could not revoke
 * now.
 * @param ref of the list.
 * @throws {Refusal} `not_found` for an application that has no grant of theirs.
 */
export async function revokeApplication(services: Services, caller: Caller, ref: string): Promise<void> {
  const { db, platform, logto } = services;
  const { userId } = caller;
  const endings = await withWriteLock(services, caller, async (lock) => {
    const user = await logto.snapshots.refresh(userId);
    const { items } = await gatherApplications(services, userId);
    const chosen = items.find((item) => item.ref === ref);
    if (!chosen) throw new Refusal("not_found");
    const ends = chosen.grants.map(({ id }): Ending => ({ userId, kind: "grant", target: id }));
    const firstTryAt = platform.now() + firstRetryMs;
    const entry = activityEntry(platform, caller, "application.revoked", { application: chosen.id });
    const params = { application: chosen.grants[0]?.applicationName ?? chosen.id };
    await lock.applyAndRelease([
      db.activity.insert(entry, lock.guard),
      ...ends.map((ending) => db.endings.request(lock.fence, ending, firstTryAt)),
      ...(await noticeOf(services, user, "applications.revoked", params, lock.guard)),
    ]);
    return ends;
  });
  await endAtLogto(services, endings);
}
