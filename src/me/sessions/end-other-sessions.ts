import type { Revocation } from "../../../db/revocations.ts";
import { activityEntry } from "../../activity.ts";
import type { Caller } from "../../caller.ts";
import type { WriteLock } from "../../journal/lease.ts";
import { withWriteLock } from "../../journal/write-lock.ts";
import { firstRetryMs, revokeNow } from "../../logto/revoke-sessions.ts";
import { noticeOf } from "../../notices/notice.ts";
import { Refusal } from "../../problem.ts";
import type { Services } from "../../services.ts";
import { requireStepUp } from "../../verification/step-up.ts";
import { type GatheredSession, gatherSessions } from "./gather-sessions.ts";

export type EndedSessions = {
  /** How many there were beside the caller's own. They have ended here. */
  endedSessions: number;
  /** A caller with a token has no session of their own that could be kept. */
  currentKept: boolean;
  /** Whether Logto has ended all of them, too. A background job goes on until it has. */
  complete: boolean;
};

/**
 * Ends every session of the caller but their own, and the grants of applications that were not given in it.
 * @throws {Refusal} `step_up_required`; `unauthenticated` if the caller's own session has ended meanwhile.
 */
export async function endOtherSessions(
  services: Services,
  caller: Caller,
  verificationId: string | undefined,
): Promise<EndedSessions> {
  const keptSid = caller.session?.sid ?? null;
  const { endedSessions, begunBefore } = await withWriteLock(services, caller, async (lock) => {
    const user = await services.logto.snapshots.refresh(caller.userId);
    const { items } = await gatherSessions(services, caller);
    const others = items.filter(({ isCurrent }) => !isCurrent);
    // Somebody else, signed in there, may have ended this one a moment ago.
    if (caller.session && others.length === items.length)
      throw new Refusal("unauthenticated", { reason: "ended_session" });
    await requireStepUp(services, caller, user, verificationId);
    const moment = latestOf(services.platform.now(), others) + 1;
    await lock.applyAndRelease([
      ...endHere(services, caller, lock, { begunBefore: moment, keptSid }, others.length),
      ...(await noticeOf(services, user, "sessions.ended", {}, lock.guard)),
    ]);
    return { endedSessions: others.length, begunBefore: moment };
  });
  const revocation = { userId: caller.userId, begunBefore, keptSid, attempts: 0 };
  const { complete } = await revokeNow(services, revocation);
  return { endedSessions, currentKept: keptSid !== null, complete };
}

/** Whichever clock is ahead: ours, or Logto's, which dates the sessions. */
const latestOf = (now: number, sessions: readonly GatheredSession[]) =>
  Math.max(now, ...sessions.map(({ logto }) => logto?.begunAt ?? 0));

/** All of it in one batch: what is stored here ends at once, and what Logto has is asked to end. */
function endHere(
  { platform, db }: Pick<Services, "platform" | "db">,
  caller: Caller,
  { userId, fence, guard }: WriteLock,
  revocation: Pick<Revocation, "begunBefore" | "keptSid">,
  count: number,
) {
  const entry = activityEntry(platform, caller, "sessions.ended", { count });
  return [
    db.activity.insert(entry, guard),
    db.revocations.request(fence, revocation, platform.now() + firstRetryMs),
    db.sessions.deleteOf(userId, { exceptRef: caller.session?.ref }, guard),
    db.medusaSignIns.deleteOf(userId, guard),
    db.verificationRecords.deleteElsewhere(userId, caller.boundTo, guard),
  ];
}
