import { setTimeout as sleep } from "node:timers/promises";
import { type Job, runJob } from "../../jobs.ts";
import type { Platform } from "../../platform.ts";

/**
 * Runs each job now, and again after each of its pauses. A job never runs twice at the same time.
 * @returns a function that stops the jobs and waits for those that are running.
 */
export function runJobs(
  platform: Pick<Platform, "now" | "write" | "metrics">,
  jobs: readonly Job[],
): () => Promise<void> {
  const stopping = new AbortController();
  const running = jobs.map((job) => repeat(platform, job, stopping.signal));
  return async () => {
    stopping.abort();
    await Promise.all(running);
  };
}

async function repeat(platform: Pick<Platform, "now" | "write" | "metrics">, job: Job, signal: AbortSignal) {
  while (!signal.aborted) {
    await runJob(platform, job, signal);
    // A stop ends the pause by rejecting it.
    await sleep(job.everyMs, undefined, { signal }).catch(() => undefined);
  }
}
