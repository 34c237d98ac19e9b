/** Workers may not share a promise: its I/O belongs to one request. They share the result, and look out for it. */
import type { Coalesce, Platform } from "../../platform.ts";
import { sleep } from "../../sleep.ts";

/** `outcome` is set once the work has ended. */
type Run<T> = { until: number; outcome?: PromiseSettledResult<T> };

/** Longer than any work that is shared; after that its request is taken to be gone. */
const patienceMs = 6_000;
const shortestPauseMs = 2;
const longestPauseMs = 50;

/** Whoever uses a key uses it for one kind of work: that is what types the shared result. */
const isShared = <T>(_run: Run<unknown>): _run is Run<T> => true;

/** @returns a `Coalesce` that keeps a result no longer than those who wait for it need. */
export function createCoalesce({ now, defer }: Pick<Platform, "now" | "defer">): Coalesce {
  const running = new Map<string, Run<unknown>>();

  const lead = async <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const run: Run<T> = { until: now() + patienceMs };
    running.set(key, run);
    const started = work();
    // Whoever waits depends on this request: it goes on even if its own client leaves.
    defer(started);
    const [outcome] = await Promise.allSettled([started]);
    run.outcome = outcome;
    if (running.get(key) === run) running.delete(key);
    return resultOf(outcome);
  };

  return async <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const current = running.get(key);
    if (!current || !isShared<T>(current)) return lead(key, work);
    for (let pause = shortestPauseMs; now() < current.until; pause = Math.min(longestPauseMs, pause * 2)) {
      await sleep(pause);
      if (current.outcome) return resultOf(current.outcome);
    }
    return lead(key, work);
  };
}

function resultOf<T>(outcome: PromiseSettledResult<T>): T {
  if (outcome.status === "rejected") throw outcome.reason;
  return outcome.value;
}
