/** Node shares one promise among the callers of a process; Workers may not, and run each call's own work. */
import type { Coalesce } from "../../platform.ts";

/** Whoever uses a key uses it for one kind of work: that is what types the shared promise. */
const isShared = <T>(_promise: Promise<unknown>): _promise is Promise<T> => true;

/** @returns a `Coalesce` that keeps a promise only while its work runs: results are never cached here. */
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
