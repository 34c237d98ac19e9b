import { setTimeout as sleep } from "node:timers/promises";
import { type Job, runJob } from "../../jobs.ts";
import type { Platform } from "../../platform.ts";

/**
 * Runs each job at once and then again and again, never one twice at the same time.
 * @returns a stop that asks the running ones to end and waits for them.
 */
export function runJobs(
  platform: Pick<Platform, "now" | "write">,
  jobs: readonly Job[],
): () => Promise<void> {
  const stopping = new AbortController();
  const running = jobs.map((job) => repeat(platform, job, stopping.signal));
  return async () => {
    stopping.abort();
    await Promise.all(running);
  };
}

async function repeat(platform: Pick<Platform, "now" | "write">, job: Job, signal: AbortSignal) {
  while (!signal.aborted) {
    await runJob(platform, job, signal);
    // The stop ends the pause by rejecting it.
    await sleep(job.everyMs, undefined, { signal }).catch(() => undefined);
  }
}
