/** The background job that deletes accounts when their day has come, and tells their people a day before. */
import type { Deletion } from "../../../db/deletions.ts";
import { eraseUser } from "../../erasure/erase-user.ts";
import { faultOf, logEvent } from "../../log.ts";
import { revokeSessions } from "../../logto/revoke-sessions.ts";
import type { Services } from "../../services.ts";
import { askTeam } from "./ask-team.ts";
import { begin, hold, remind } from "./steps.ts";
import { leaseMs, pauseAfter } from "./times.ts";

const pageSize = 100;

type Report = { deleted: number; reminded: number; heldBack: number; postponed: number };

/**
 * Goes on with every deletion that is due, each on one of several instances. A step that fails, or that a crash cuts off,
 * is repeated by a later run; each may happen twice.
 * @param services those of background jobs.
 * @param signal ends the run between two persons.
 * @throws {Refusal} `storage_unavailable`.
 */
export async function carryOutDeletions(services: Services, signal?: AbortSignal): Promise<Report> {
  const { db, platform, config } = services;
  const report = { deleted: 0, reminded: 0, heldBack: 0, postponed: 0 };
  // Where it is turned off nobody could cancel, so nobody is deleted.
  while (config.deletion) {
    const due = await db.deletions.due(platform.now(), pageSize);
    for (const userId of due) {
      if (signal?.aborted) return report;
      const now = platform.now();
      const deletion = await db.deletions.take(userId, now, now + leaseMs);
      const outcome = deletion && (await attempt(services, deletion));
      if (outcome) report[outcome] += 1;
    }
    if (due.length < pageSize) break;
  }
  return report;
}

/** What fails for one person is tried again later, and stops nobody else's. */
async function attempt(services: Services, deletion: Deletion): Promise<keyof Report | undefined> {
  const { db, platform, vault } = services;
  const { userId, attempts } = deletion;
  try {
    return await goOn(services, deletion);
  } catch (error) {
    await db.deletions.postpone(userId, platform.now() + pauseAfter(attempts));
    const user = await vault.keyedHash("user", userId);
    logEvent(platform, "warn", "deletion.postponed", { user, attempts, fault: faultOf(error) });
    return "postponed";
  }
}

/** @returns undefined where there is nothing to do any more. */
async function goOn(services: Services, deletion: Deletion): Promise<keyof Report | undefined> {
  const before = deletion.begun ? "begun" : await stepBefore(services, deletion);
  if (before !== "begun") return before;
  await finish(services, deletion.userId);
  return "deleted";
}

async function stepBefore(services: Services, deletion: Deletion) {
  const isDue = services.platform.now() >= deletion.deletesAt;
  const reminded = isDue ? "gone" : await remind(services, deletion);
  if (reminded !== "gone") return reminded;
  if (isDue && (await askTeam(services, deletion.userId))) return hold(services, deletion);
  return begin(services, deletion);
}

/** Nothing stops it from here on. The row that asks for it is the last that goes, so that a crash cannot leave a half. */
async function finish(services: Services, userId: string): Promise<void> {
  const { logto, platform, vault } = services;
  await revokeSessions(services, {
    userId,
    begunBefore: Number.MAX_SAFE_INTEGER,
    keptSid: null,
    attempts: 0,
  });
  await logto.accounts.remove(userId);
  logto.snapshots.drop(userId);
  const rows = await eraseUser(services, userId);
  logEvent(platform, "info", "user.erased", { user: await vault.keyedHash("user", userId), rows });
}
