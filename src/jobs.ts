/** Background jobs: work that no request starts. Each runtime decides how to run them. */
import { purgeExpired } from "../db/purge.ts";
import { recover } from "./journal/recover.ts";
import { faultOf, logEvent } from "./log.ts";
import { resumeEndings } from "./logto/end-at-logto.ts";
import { resumeRevocations } from "./logto/revoke-sessions.ts";
import { carryOutDeletions } from "./me/deletion/carry-out.ts";
import { deliverNotices } from "./notices/deliver-notices.ts";
import type { Platform } from "./platform.ts";
import type { Services } from "./services.ts";
import { resealHeads } from "./vault/reseal-heads.ts";
import { rotate } from "./vault/rotate.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

export type Job = {
  name: string;
  /** The pause between the end of one run and the start of the next. */
  everyMs: number;
  /**
   * Several instances can run it at the same time, and a run can end at any point.
   * @param signal stops the run early.
   * @returns counts of what the run did, for the log.
   */
  run(signal: AbortSignal): Promise<Record<string, number>>;
};

/** Every change is settled within a minute: the pause of recovery plus the longest lease is less than that. */
export const backgroundJobs = (services: Services): readonly Job[] => [
  { name: "recovery", everyMs: 15 * second, run: (signal) => recover(services, signal) },
  { name: "revocation", everyMs: 15 * second, run: (signal) => endAtLogto(services, signal) },
  { name: "notices", everyMs: 15 * second, run: (signal) => deliverNotices(services, signal) },
  { name: "deletion", everyMs: 30 * second, run: (signal) => carryOutDeletions(services, signal) },
  { name: "retention", everyMs: hour, run: (signal) => purge(services, signal) },
  { name: "rotation", everyMs: hour, run: (signal) => rotateAll(services, signal) },
  { name: "discovery", everyMs: minute, run: () => compareIssuer(services) },
];

/** Runs a job once and logs what it did. A failure is logged; the next run tries again. */
export async function runJob(
  platform: Pick<Platform, "now" | "write" | "metrics">,
  { name, run }: Job,
  signal: AbortSignal,
): Promise<void> {
  try {
    const counts = await run(signal);
    platform.metrics?.count("jobRuns", name, "done");
    if (Object.values(counts).some(Boolean)) logEvent(platform, "info", `${name}.done`, counts);
  } catch (error) {
    platform.metrics?.count("jobRuns", name, "failed");
    logEvent(platform, "error", `${name}.failed`, { fault: faultOf(error) });
  }
}

/** What a change of the password left to end, and what people ended themselves. */
async function endAtLogto(services: Services, signal: AbortSignal) {
  const revoked = await resumeRevocations(services, signal);
  return { ...revoked, ...(await resumeEndings(services, signal)) };
}

/** Deletes expired rows, and wipes the files: an erasure could not do so while the write-ahead log was in use. */
async function purge({ platform, db }: Services, signal: AbortSignal) {
  const purged = await purgeExpired(db, platform.now(), { signal });
  await db.scrubFiles();
  return { purged };
}

async function rotateAll({ db, vault }: Services, signal: AbortSignal) {
  const report = await rotate(vault, db, { signal });
  return { ...report, heads: await resealHeads(vault, db, { signal }) };
}

/** Once an hour, and every minute while the tenant does not answer. The check writes its own events. */
async function compareIssuer({ logto }: Pick<Services, "logto">) {
  if (logto.discovery.isDue()) await logto.discovery.check();
  return {};
}
