import { setTimeout as sleep } from "node:timers/promises";
import type { Job } from "../../jobs.ts";
import { faultOf, logEvent } from "../../log.ts";
import type { Platform } from "../../platform.ts";

/**
 * Runs each job at once and then again and again, never one twice at the same time. A failure is logged and waits
 * for the next run.
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

async function repeat(
  platform: Pick<Platform, "now" | "write">,
  { name, everyMs, run }: Job,
  signal: AbortSignal,
) {
  while (!signal.aborted) {
    try {
      const counts = await run(signal);
      if (Object.values(counts).some(Boolean)) logEvent(platform, "info", `${name}.done`, counts);
    } catch (error) {
      logEvent(platform, "error", `${name}.failed`, { fault: faultOf(error) });
    }
    // The stop ends the pause by rejecting it.
    await sleep(everyMs, undefined, { signal }).catch(() => undefined);
  }
}
