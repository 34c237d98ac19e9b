/** Ends at Logto what a person has ended, one by one. What will not end is tried again later, and blocks nobody. */
import type { Ending } from "../../db/endings.ts";
import type { Db } from "../../db/repositories.ts";
import { logEvent } from "../log.ts";
import type { Platform } from "../platform.ts";
import { Refusal } from "../problem.ts";
import type { Vault } from "../vault/vault.ts";
import { firstRetryMs, pauseAfter } from "./revoke-sessions.ts";
import type { Sessions } from "./sessions.ts";

export type EndingServices = {
  db: Pick<Db, "endings" | "batch">;
  platform: Pick<Platform, "now" | "write">;
  vault: Pick<Vault, "keyedHash">;
  logto: { sessions: Pick<Sessions, "end" | "revokeGrant"> };
};

const pageSize = 100;

/** Ends it, or finds that it has ended already. @throws {Refusal} what Logto refuses. */
const endAt = ({ sessions }: EndingServices["logto"], { userId, kind, target }: Ending): Promise<void> =>
  kind === "session" ? sessions.end(userId, target) : sessions.revokeGrant(userId, target);

/**
 * Ends at Logto what was stored a moment ago: a session with its grants, or grants.
 * What fails stays stored, and the background job goes on with it.
 * @param endings with a session at the head, all of it goes with one call: the others are its grants.
 */
export async function endAtLogto(services: EndingServices, endings: readonly Ending[]): Promise<void> {
  const { db, logto } = services;
  const [first] = endings;
  const calls = first?.kind === "session" ? [{ ending: first, ends: endings }] : endings.map(alone);
  const outcomes = await Promise.allSettled(calls.map(({ ending }) => endAt(logto, ending)));
  const done = calls.flatMap(({ ends }, index) => (outcomes[index]?.status === "fulfilled" ? ends : []));
  for (const outcome of outcomes)
    if (outcome.status === "rejected" && !(outcome.reason instanceof Refusal)) throw outcome.reason;
  await db.batch(done.map((ending) => db.endings.complete(ending))).catch(unlessOutage);
}

const alone = (ending: Ending) => ({ ending, ends: [ending] });

/** The rows stand, and Logto answers the next try that there is nothing left. */
function unlessOutage(error: unknown): void {
  if (!(error instanceof Refusal)) throw error;
}

/**
 * Goes on with those that are due, each on one of several instances.
 * @param signal ends the run early, between two of them.
 * @throws {Refusal} `storage_unavailable`.
 */
export async function resumeEndings(
  services: EndingServices,
  signal?: AbortSignal,
): Promise<{ ended: number }> {
  const { db, platform } = services;
  let ended = 0;
  for (;;) {
    const due = await db.endings.due(platform.now(), pageSize);
    for (const ending of due) {
      if (signal?.aborted) return { ended };
      const now = platform.now();
      const attempts = await db.endings.take(ending, now, now + firstRetryMs);
      if (attempts !== undefined && (await retry(services, ending, attempts))) ended += 1;
    }
    if (due.length < pageSize) return { ended };
  }
}

async function retry(services: EndingServices, ending: Ending, attempts: number): Promise<boolean> {
  const { db, platform, vault, logto } = services;
  try {
    await endAt(logto, ending);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await db.endings.postpone(ending, platform.now() + pauseAfter(attempts));
    const user = await vault.keyedHash("user", ending.userId);
    logEvent(platform, "warn", "ending.outstanding", { user, kind: ending.kind, attempts });
    return false;
  }
  await db.batch([db.endings.complete(ending)]);
  return true;
}
