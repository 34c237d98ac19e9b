/** Workers: requests cannot share a promise, because its I/O belongs to one request. They share the result instead. */
import type { Coalesce, Platform } from "../../platform.ts";
import { sleep } from "../../sleep.ts";

/** One run of the work: until when others wait for it, and its outcome once it has ended. */
type Run<T> = { until: number; outcome?: PromiseSettledResult<T> };

/** Longer than any shared work takes. After that time the request that runs it counts as dead. */
const patienceMs = 6_000;
const shortestPauseMs = 2;
const longestPauseMs = 50;

/** One key always stands for one kind of work, so the shared result has the type that the caller expects. */
const isShared = <T>(_run: Run<unknown>): _run is Run<T> => true;

/** @returns a `Coalesce` that keeps a result only for the requests that already wait for it. */
export function createCoalesce({ now, defer }: Pick<Platform, "now" | "defer">): Coalesce {
  const running = new Map<string, Run<unknown>>();

  const runAndShare = async <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const run: Run<T> = { until: now() + patienceMs };
    running.set(key, run);
    const started = work();
    // Other requests wait for this one, so its work continues even if its own client leaves.
    defer(started);
    const [outcome] = await Promise.allSettled([started]);
    run.outcome = outcome;
    if (running.get(key) === run) running.delete(key);
    return resultOf(outcome);
  };

  return async <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const current = running.get(key);
    if (!current || !isShared<T>(current)) return runAndShare(key, work);
    for (let pause = shortestPauseMs; now() < current.until; pause = Math.min(longestPauseMs, pause * 2)) {
      await sleep(pause);
      if (current.outcome) return resultOf(current.outcome);
    }
    return runAndShare(key, work);
  };
}

function resultOf<T>(outcome: PromiseSettledResult<T>): T {
  if (outcome.status === "rejected") throw outcome.reason;
  return outcome.value;
}
