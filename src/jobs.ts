/** What the service does by itself, beside its requests; each runtime decides how it is woken for it. */
import { purgeExpired } from "../db/purge.ts";
import { recover } from "./journal/recover.ts";
import { faultOf, logEvent } from "./log.ts";
import type { Platform } from "./platform.ts";
import type { Services } from "./services.ts";
import { rotate } from "./vault/rotate.ts";

const second = 1000;
const hour = 3_600 * second;

export type Job = {
  name: string;
  /** The pause between the end of one run and the start of the next. */
  everyMs: number;
  /**
   * Safe to run on several instances at once, and to end in the middle.
   * @param signal asks it to stop early.
   * @returns what it did, as counts for the log.
   */
  run(signal: AbortSignal): Promise<Record<string, number>>;
};

/** Recovery's pause and the longest lease together stay under the minute in which a change is promised to be settled. */
export const backgroundJobs = (services: Services): readonly Job[] => [
  { name: "recovery", everyMs: 15 * second, run: (signal) => recover(services, signal) },
  { name: "retention", everyMs: hour, run: () => purge(services) },
  { name: "rotation", everyMs: hour, run: (signal) => rotate(services.vault, services.db, { signal }) },
];

/** Runs a job once and logs what it did. A failure is logged and waits for the next run. */
export async function runJob(
  platform: Pick<Platform, "now" | "write">,
  { name, run }: Job,
  signal: AbortSignal,
): Promise<void> {
  try {
    const counts = await run(signal);
    if (Object.values(counts).some(Boolean)) logEvent(platform, "info", `${name}.done`, counts);
  } catch (error) {
    logEvent(platform, "error", `${name}.failed`, { fault: faultOf(error) });
  }
}

/** Also leaves no trace in the files of what an erasure had to leave there because the log was in use. */
async function purge({ platform, db }: Services) {
  const purged = await purgeExpired(db, platform.now());
  await db.scrubFiles();
  return { purged };
}
