/** Node: all requests of a process share one promise for each key. */
import type { Coalesce } from "../../platform.ts";

/** One key always stands for one kind of work, so the shared promise has the type that the caller expects. */
const isShared = <T>(_promise: Promise<unknown>): _promise is Promise<T> => true;

/** @returns a `Coalesce` that keeps a promise only while its work runs. It caches no results. */
export function createCoalesce(): Coalesce {
  const running = new Map<string, Promise<unknown>>();
  return <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const current = running.get(key);
    if (current && isShared<T>(current)) return current;
    const started = work().finally(() => running.delete(key));
    running.set(key, started);
    return started;
  };
}
