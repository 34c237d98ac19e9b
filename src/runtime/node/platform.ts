/** What Node lends: shared promises, queues within the process, standard output for the log. */
import type { Platform, Queue } from "../../platform.ts";
import { createCoalesce } from "./coalesce.ts";

/** @returns a platform whose deferred work `settled` waits for, so that a stop loses none of it. */
export function createNodePlatform({
  write = (line: string) => void process.stdout.write(`${line}\n`),
  now = () => Date.now(),
} = {}): Platform & { settled(): Promise<void> } {
  const deferred = new Set<Promise<unknown>>();
  return {
    now,
    fetch: (...request) => fetch(...request),
    coalesce: createCoalesce(),
    queue: createQueue(),
    write,
    defer(work) {
      const settled = work.catch(() => undefined).finally(() => deferred.delete(settled));
      deferred.add(settled);
    },
    async settled() {
      while (deferred.size > 0) await Promise.all(deferred);
    },
  };
}

/** First come, first served within this process; between processes the lease decides. */
function createQueue(): Queue {
  const last = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    const before = last.get(key);
    const turn = (before ?? Promise.resolve()).then(work, work);
    const settled = turn.catch(() => undefined);
    last.set(key, settled);
    try {
      return await turn;
    } finally {
      if (last.get(key) === settled) last.delete(key);
    }
  };
}
