/** What Node provides: shared promises, queues within the process, standard output for the log. */
import type { Platform } from "../../platform.ts";
import { createCoalesce } from "./coalesce.ts";
import { nodeDigests } from "./digests.ts";
import { createQueue } from "./queue.ts";
import { createLineWriter } from "./write-lines.ts";

/** @returns a platform whose `idle` waits for all deferred work, so that a stop loses none of it. */
export function createNodePlatform({
  write = createLineWriter(process.stdout),
  now = () => Date.now(),
  monotonic = () => performance.now(),
} = {}): Platform & { idle(): Promise<void> } {
  const deferred = new Set<Promise<unknown>>();
  return {
    now,
    monotonic,
    fetch: (...request) => fetch(...request),
    coalesce: createCoalesce(),
    queue: createQueue(),
    digests: nodeDigests,
    write,
    defer(work) {
      const settled = work.catch(() => undefined).finally(() => deferred.delete(settled));
      deferred.add(settled);
    },
    async idle() {
      while (deferred.size > 0) await Promise.all(deferred);
    },
  };
}
