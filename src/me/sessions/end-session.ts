import type { Compilable } from "kysely";
import type { Ending } from "../../../db/endings.ts";
import { activityEntry } from "../../activity.ts";
import type { Caller } from "../../caller.ts";
import type { WriteLock } from "../../journal/lease.ts";
import { withWriteLock } from "../../journal/write-lock.ts";
import { endAtLogto } from "../../logto/end-at-logto.ts";
import { firstRetryMs } from "../../logto/revoke-sessions.ts";
import { noticeOf } from "../../notices/notice.ts";
import { Refusal } from "../../problem.ts";
import type { Services } from "../../services.ts";
import { requireStepUp } from "../../verification/step-up.ts";
import { type GatheredSession, gatherSessions } from "./gather-sessions.ts";

/**
 * Ends one session: here at once, and at Logto with what was granted in it. A background job ends what Logto could not
 * end now.
 * @param ref of the list. To end the caller's own takes no step-up.
 * @throws {Refusal} `not_found` for a session that is none of theirs, or has ended; `step_up_required`.
 */
export async function endSession(
  services: Services,
  caller: Caller,
  { ref, verificationId }: { ref: string; verificationId: string | undefined },
): Promise<void> {
  const { db, platform, logto } = services;
  const endings = await withWriteLock(services, caller, async (lock) => {
    const user = await logto.snapshots.refresh(caller.userId);
    const { items } = await gatherSessions(services, caller);
    const chosen = items.find((item) => item.ref === ref);
    if (!chosen) throw new Refusal("not_found");
    if (!chosen.isCurrent) await requireStepUp(services, caller, user, verificationId);
    const ends = endingsOf(caller, chosen);
    const firstTryAt = platform.now() + firstRetryMs;
    await lock.applyAndRelease([
      ...entriesOf(services, caller, chosen, lock),
      ...endHere(services, chosen, lock),
      ...ends.map((ending) => db.endings.request(lock.fence, ending, firstTryAt)),
      ...(chosen.isCurrent ? [] : await noticeOf(services, user, "sessions.ended", {}, lock.guard)),
    ]);
    return ends;
  });
  await endAtLogto(services, endings);
}

/** The session, and its grants: should the answer be lost, a repeat finds no session whose grants would go with it. */
const endingsOf = ({ userId }: Caller, { logto }: GatheredSession): Ending[] =>
  logto
    ? [
        { userId, kind: "session", target: logto.id },
        ...logto.grantIds.map((target) => ({ userId, kind: "grant" as const, target })),
      ]
    : [];

/** One for each beginning that the activity tells of. */
function entriesOf(
  { platform, db }: Pick<Services, "platform" | "db">,
  caller: Caller,
  { ref, browsers, medusa }: GatheredSession,
  { guard }: WriteLock,
): Compilable[] {
  const begun = [...browsers.map((row) => row.ref), ...medusa.map(({ sid }) => sid)];
  const names = begun.length > 0 ? begun : [ref];
  return names.map((session) =>
    db.activity.insert(activityEntry(platform, caller, "session.ended", { by: "person", session }), guard),
  );
}

/** What is stored of it here. On one of Logto's sessions nothing begins any more. */
function endHere(
  { platform, db, logto: { web } }: Pick<Services, "platform" | "db" | "logto">,
  { logto, browsers, medusa }: GatheredSession,
  { userId, guard }: WriteLock,
): Compilable[] {
  const sid = web && logto?.sids[web.appId];
  const bound = [...browsers.map(({ ref }) => `session:${ref}`), ...medusa.map((one) => `medusa:${one.sid}`)];
  return [
    ...(sid === undefined
      ? []
      : [db.logtoSessions.end(sid, platform.now(), guard), db.sessions.deleteBySid(sid, guard)]),
    ...browsers.map(({ idHash }) => db.sessions.delete(idHash, guard)),
    ...medusa.map((signIn) => db.medusaSignIns.delete(signIn.sid, guard)),
    ...bound.map((boundTo) => db.verificationRecords.deleteBoundTo(userId, boundTo, guard)),
  ];
}
