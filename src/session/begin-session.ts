/** The beginning of a session, and the change of its id. */
import { activityEntry } from "../activity.ts";
import type { Caller } from "../caller.ts";
import type { Issued } from "../logto/web-application.ts";
import { randomText } from "./cookies.ts";
import { sessionEnded } from "./end-session.ts";
import { hashSessionId, type LiveSession } from "./find-session.ts";
import { rememberBrowser } from "./new-browser.ts";
import { openTokens } from "./renew-session.ts";
import type { SessionServices } from "./services.ts";
import { callerOf, type RequestFacts } from "./session-caller.ts";
import { nameBrowser } from "./user-agent.ts";

/** What is known of the request that signs in. */
export type SignInFacts = RequestFacts & { userAgent: string | null; method: string };

/**
 * Begins a session under a new id. The session that the browser had before, whoever it belonged to, ends.
 * @returns the id for the cookie; undefined, with nothing stored, if Logto has ended the session already or the person is
 * erased.
 * @throws {Refusal} `storage_unavailable`.
 */
export async function beginSession(
  services: SessionServices,
  issued: Issued,
  facts: SignInFacts,
  former: LiveSession | undefined,
): Promise<{ id: string; caller: Caller } | undefined> {
  const { platform, db, session } = services;
  const { userId, sid } = issued.who;
  const id = randomText(32);
  const now = platform.now();
  const row = {
    ...(await newId(services, id, issued)),
    ref: crypto.randomUUID(),
    userId,
    method: facts.method,
    startedAt: now,
    seenAt: now,
    expiresAt: now + Math.min(session.idleMs, session.lifeMs),
    endsAt: now + session.lifeMs,
    about: await sealAbout(services, userId, facts),
  };
  const caller = await callerOf(services, { id, row: { ...row, isLeased: false } }, facts);
  const begun = { session: row.idHash };
  const entry = activityEntry(platform, caller, "session.started", {
    method: facts.method,
    session: row.ref,
  });
  const results = await db.batch([
    ...confirmed(services, sid),
    db.sessions.insert(row, { person: caller.personHash, sid }),
    ...(former ? replace(services, former, facts, begun) : []),
    ...(await rememberBrowser(services, userId, facts.userAgent, begun)),
    db.activity.insert(entry, begun),
  ]);
  // The last statement depends on the session being stored.
  if (results.at(-1)?.affected !== 1) return undefined;
  if (former) platform.defer(revokeOfAnother(services, former, userId));
  return { id, caller };
}

/**
 * Gives a session a new id after its person has signed in again.
 * @returns the new id for the cookie; undefined, with nothing changed, if the session has ended meanwhile.
 * @throws {Refusal} `storage_unavailable`.
 */
export async function changeSessionId(
  services: SessionServices,
  issued: Issued,
  facts: RequestFacts,
  live: LiveSession,
): Promise<{ id: string; caller: Caller } | undefined> {
  const { row } = live;
  const id = randomText(32);
  // Logto may issue no refresh token beside the one that is there.
  const refreshToken = issued.tokens.refreshToken ?? (await openTokens(services, live))?.refreshToken ?? null;
  const changed = await newId(services, id, { ...issued, tokens: { ...issued.tokens, refreshToken } });
  const caller = await callerOf(services, { id, row: { ...row, ...changed } }, facts);
  const guard = { person: caller.personHash, sid: changed.sid };
  const results = await services.db.batch([
    ...confirmed(services, changed.sid),
    services.db.sessions.changeId(row.idHash, changed, guard),
  ]);
  return results.at(-1)?.affected === 1 ? { id, caller } : undefined;
}

/** The condition that Logto has not ended its session. */
const confirmed = ({ db, platform }: SessionServices, sid: string | null) =>
  sid === null ? [] : [db.logtoSessions.confirm(sid, platform.now())];

/** What belongs to one id and to what Logto issued with it. */
async function newId(services: SessionServices, id: string, { who, tokens, freshUntil }: Issued) {
  const { userId, sid, authTime } = who;
  return {
    idHash: await hashSessionId(services, id),
    sid,
    authTime,
    tokens: await services.keys.tokens(id).seal({ userId, purpose: "session" }, tokens),
    checkedUntil: freshUntil,
  };
}

const sealAbout = ({ vault }: SessionServices, userId: string, { userAgent, address }: SignInFacts) =>
  vault.seal({ userId, purpose: "session" }, { ...nameBrowser(userAgent), address });

/** @param begun the condition that the new session was stored. */
function replace(
  services: SessionServices,
  { row }: LiveSession,
  { requestId }: RequestFacts,
  begun: { session: string },
) {
  const { db } = services;
  return [
    db.activity.insert(sessionEnded(services, row, "another_sign_in", requestId), begun),
    db.sessions.delete(row.idHash, begun),
  ];
}

/** The refresh token of the same person lives in the grant of the new one, and both would go. */
async function revokeOfAnother(services: SessionServices, former: LiveSession, userId: string) {
  if (former.row.userId === userId) return;
  const tokens = await openTokens(services, former);
  if (tokens) await services.web.signOut(tokens, `${services.config.publicUrl}/`);
}
