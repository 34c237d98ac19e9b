/** Ends at Logto what began before a change of the password. What will not end is tried again later, and blocks nobody. */
import type { Db } from "../../db/repositories.ts";
import type { Revocation } from "../../db/revocations.ts";
import { logEvent } from "../log.ts";
import type { Platform } from "../platform.ts";
import { Refusal } from "../problem.ts";
import type { Vault } from "../vault/vault.ts";
import type { Listed, Sessions } from "./sessions.ts";

export type RevocationServices = {
  db: Pick<Db, "revocations">;
  platform: Pick<Platform, "now" | "write">;
  vault: Pick<Vault, "keyedHash">;
  logto: { sessions: Sessions };
};

/** When a background job takes over from the request that changed the password. */
export const firstRetryMs = 20_000;
const longestRetryMs = 60 * 60 * 1000;
const pageSize = 100;

const pauseAfter = (attempts: number) => Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(attempts, 20));

/**
 * Ends the sessions and grants of one person that began before the revocation's moment; safe to repeat.
 * @returns how many sessions were ended now.
 * @throws {Refusal} `storage_unavailable`: the revocation stands, and the background job goes on with it.
 */
export async function revokeSessions(services: RevocationServices, revocation: Revocation): Promise<number> {
  const { db, platform, vault, logto } = services;
  const { userId, begunBefore, attempts } = revocation;
  const sessions = await endAll(
    () => logto.sessions.list(userId),
    (id) => logto.sessions.end(userId, id),
    begunBefore,
  );
  // A refresh token outlives its session, and a grant may never have had one.
  const grants = await endAll(
    () => logto.sessions.listGrants(userId),
    (id) => logto.sessions.revokeGrant(userId, id),
    begunBefore,
  );
  if (sessions.complete && grants.complete) {
    await db.revocations.complete(revocation);
  } else {
    await db.revocations.postpone(revocation, platform.now() + pauseAfter(attempts));
    const user = await vault.keyedHash("user", userId);
    logEvent(platform, "warn", "revocation.outstanding", { user, attempts });
  }
  return sessions.ended;
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
      if (revocation) revoked += await revokeSessions(services, revocation);
    }
    if (due.length < pageSize) return { revoked };
  }
}

/** What has no known beginning is ended: it may be the oldest of all. */
async function endAll<T extends { id: string; begunAt: number | null }>(
  list: () => Promise<Listed<T>>,
  end: (id: string) => Promise<void>,
  begunBefore: number,
): Promise<{ ended: number; complete: boolean }> {
  try {
    const { items, unreadable } = await list();
    const old = items.filter(({ begunAt }) => begunAt === null || begunAt < begunBefore);
    const outcomes = await Promise.allSettled(old.map(({ id }) => end(id)));
    const ended = outcomes.filter(({ status }) => status === "fulfilled").length;
    return { ended, complete: unreadable === 0 && ended === old.length };
  } catch (error) {
    if (error instanceof Refusal) return { ended: 0, complete: false };
    throw error;
  }
}
