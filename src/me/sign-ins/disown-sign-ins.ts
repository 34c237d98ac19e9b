import { activityEntry } from "../../activity.ts";
import type { Caller } from "../../caller.ts";
import type { WriteLock } from "../../journal/lease.ts";
import { withWriteLock } from "../../journal/write-lock.ts";
import { firstRetryMs, revokeNow } from "../../logto/revoke-sessions.ts";
import { UpstreamFailure } from "../../logto/upstream-failure.ts";
import type { LogtoUser } from "../../logto/users.ts";
import { noticeOf } from "../../notices/notice.ts";
import type { Services } from "../../services.ts";
import { chargeOrRefuse } from "../../verification/charge.ts";
import { clockSkewMs, endSignIns } from "../../verification/end-sign-ins.ts";
import { disownCharges } from "../../verification/limits.ts";

/** So many browsers' sessions have an entry of their own. */
const mostRecorded = 50;

/**
 * Ends all that anybody has begun as the caller: every session here and at the tenant, the caller's own too, every grant,
 * and every record, code and proof. The password stays: whoever knows it can sign in until there is a new one.
 * @returns the number of sessions that the tenant ended. A background job ends those that it could not end now.
 * @throws {Refusal} `too_many_requests`, `user_suspended`, `storage_unavailable`.
 */
export async function disownSignIns(
  services: Services,
  caller: Caller,
): Promise<{ revokedSessions: number }> {
  const person = await personIfTold(services, caller);
  await chargeOrRefuse(services, caller, disownCharges, "too_many_requests");
  const begunBefore = await withWriteLock(services, caller, (lock) =>
    endHere(services, caller, lock, person),
  );
  const revocation = { userId: caller.userId, begunBefore, keptSid: null, attempts: 0 };
  return { revokedSessions: (await revokeNow(services, revocation)).ended };
}

/** While the tenant is away all ends here, and there as soon as it is back. */
async function personIfTold(
  { logto }: Pick<Services, "logto">,
  { userId }: Caller,
): Promise<LogtoUser | undefined> {
  try {
    return await logto.snapshots.refresh(userId);
  } catch (error) {
    if (error instanceof UpstreamFailure) return undefined;
    throw error;
  }
}

/** All in one batch: what is left to do at the tenant is stored with it. @returns before which moment all is to end. */
async function endHere(
  services: Services,
  caller: Caller,
  lock: WriteLock,
  person: LogtoUser | undefined,
): Promise<number> {
  const { platform, db } = services;
  const { userId, guard } = lock;
  const now = platform.now();
  const begunBefore = now + clockSkewMs;
  const sessions = await db.sessions.ofPerson(userId, now, mostRecorded);
  const ended = sessions.map(({ ref }) => ({ by: "not_me", session: ref }));
  await lock.applyAndRelease([
    ...ended.map((detail) =>
      db.activity.insert(activityEntry(platform, caller, "session.ended", detail), guard),
    ),
    db.activity.insert(
      activityEntry(platform, caller, "sign_in.disowned", { sessions: sessions.length }),
      guard,
    ),
    ...(person ? await noticeOf(services, person, "sign_in.disowned", {}, guard) : []),
    ...endSignIns(services, null, lock, { begunBefore }, now + firstRetryMs),
  ]);
  return begunBefore;
}
