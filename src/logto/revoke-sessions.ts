/** Ends at Logto what began before a change of the password. What will not end is tried again later, and blocks nobody. */
import type { Db } from "../../db/repositories.ts";
import type { Revocation } from "../../db/revocations.ts";
import { logEvent } from "../log.ts";
import type { Platform } from "../platform.ts";
import { Refusal } from "../problem.ts";
import type { Vault } from "../vault/vault.ts";
import type { Listed, LogtoSession, Sessions } from "./sessions.ts";
import type { WebApplication } from "./web-application.ts";

export type RevocationServices = {
  db: Pick<Db, "revocations" | "sessions" | "logtoSessions" | "batch">;
  platform: Pick<Platform, "now" | "write">;
  vault: Pick<Vault, "keyedHash">;
  logto: { sessions: Sessions; web: Pick<WebApplication, "appId"> | undefined };
};

export type Revoked = { ended: number; complete: boolean };

/** When a background job takes over from the request that changed the password. */
export const firstRetryMs = 20_000;
const longestRetryMs = 60 * 60 * 1000;
const pageSize = 100;

/** The pause after so many tries. */
export const pauseAfter = (attempts: number) =>
  Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(attempts, 20));

/**
 * Ends the sessions and grants of one person that began before the revocation's moment; safe to repeat. What browsers began
 * here on those sessions ends with them.
 * @returns how many sessions were ended now, and whether nothing is left to end.
 * @throws {Refusal} `storage_unavailable`: the revocation stands, and the background job goes on with it.
 */
export async function revokeSessions(services: RevocationServices, revocation: Revocation): Promise<Revoked> {
  const { db, platform, vault, logto } = services;
  const { userId, attempts } = revocation;
  const listed = await listOrNone(() => logto.sessions.list(userId));
  const kept = listed?.items.find(({ sids }) => Object.values(sids).includes(revocation.keptSid ?? ""));
  const sessions = await endOld(listed, revocation, kept ? [kept.id] : [], (id) =>
    logto.sessions.end(userId, id),
  );
  await endHere(services, sessions.ended);
  // A refresh token outlives its session, and a grant may never have had one. Which ones are kept, the session says.
  const granted = listed && (await listOrNone(() => logto.sessions.listGrants(userId)));
  const grants = await endOld(granted, revocation, kept?.grantIds ?? [], (id) =>
    logto.sessions.revokeGrant(userId, id),
  );
  const complete = sessions.complete && grants.complete;
  if (complete) {
    await db.revocations.complete(revocation);
  } else {
    await db.revocations.postpone(revocation, platform.now() + pauseAfter(attempts));
    const user = await vault.keyedHash("user", userId);
    logEvent(platform, "warn", "revocation.outstanding", { user, attempts });
  }
  return { ended: sessions.ended.length, complete };
}

/**
 * The same at once, for a request whose change is made, whatever becomes of this: the revocation is stored, and the background
 * job goes on with it.
 */
export async function revokeNow(services: RevocationServices, revocation: Revocation): Promise<Revoked> {
  try {
    return await revokeSessions(services, revocation);
  } catch (error) {
    if (error instanceof Refusal) return { ended: 0, complete: false };
    throw error;
  }
}

/** Also a sign-in that is under way on one of them begins no session any more. */
async function endHere({ db, platform, logto }: RevocationServices, ended: readonly LogtoSession[]) {
  const { web } = logto;
  const sids = web ? ended.flatMap(({ sids }) => sids[web.appId] ?? []) : [];
  for (const sid of sids) {
    await db.batch([db.logtoSessions.end(sid, platform.now()), db.sessions.deleteBySid(sid)]);
  }
}

/**
 * Goes on with the revocations that are due, each on one of several instances.
 * @param signal ends the run early, between two persons.
 * @throws {Refusal} `storage_unavailable`.
 */
export async function resumeRevocations(
  services: RevocationServices,
  signal?: AbortSignal,
): Promise<{ revoked: number }> {
  const { db, platform } = services;
  let revoked = 0;
  for (;;) {
    const due = await db.revocations.due(platform.now(), pageSize);
    for (const userId of due) {
      if (signal?.aborted) return { revoked };
      const now = platform.now();
      const revocation = await db.revocations.take(userId, now, now + firstRetryMs);
      if (revocation) revoked += (await revokeSessions(services, revocation)).ended;
    }
    if (due.length < pageSize) return { revoked };
  }
}

/** @returns undefined if Logto does not say. */
async function listOrNone<T>(list: () => Promise<Listed<T>>): Promise<Listed<T> | undefined> {
  try {
    return await list();
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** What has no known beginning is ended: it may be the oldest of all. */
async function endOld<T extends { id: string; begunAt: number | null }>(
  listed: Listed<T> | undefined,
  { begunBefore }: Revocation,
  kept: readonly string[],
  end: (id: string) => Promise<void>,
): Promise<{ ended: T[]; complete: boolean }> {
  if (!listed) return { ended: [], complete: false };
  const isOld = ({ begunAt }: T) => begunAt === null || begunAt < begunBefore;
  const old = listed.items.filter((item) => isOld(item) && !kept.includes(item.id));
  const outcomes = await Promise.allSettled(old.map(({ id }) => end(id)));
  const ended = old.filter((_item, index) => outcomes[index]?.status === "fulfilled");
  return { ended, complete: listed.unreadable === 0 && ended.length === old.length };
}
