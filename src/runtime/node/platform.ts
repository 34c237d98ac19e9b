/** What Node provides: shared promises, queues within the process, standard output for the log. */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Platform } from "../../platform.ts";
import { nodeCipher } from "./cipher.ts";
import { createCoalesce } from "./coalesce.ts";
import { nodeDigests } from "./digests.ts";
import { nodeExchange } from "./exchange.ts";
import { createMailer } from "./mailer.ts";
import { createQueue } from "./queue.ts";
import { createLineWriter } from "./write-lines.ts";

/** @returns a platform whose `idle` waits for all deferred work, so that a stop loses none of it. */
export function createNodePlatform({
  write = createLineWriter(process.stdout),
  now = () => Date.now(),
  monotonic = () => performance.now(),
} = {}): Platform & { idle(): Promise<void> } {
  const deferred = new Set<Promise<unknown>>();
  const queue = createQueue();
  return {
    now,
    monotonic,
    fetch: (...request) => fetch(...request),
    exchange: nodeExchange,
    coalesce: createCoalesce(),
    // A person's changes follow each other, and on SQLite each waits for the disk: others get their turn in between.
    queue: (key, work) => queue(key, () => nextTurn().then(work)),
    digests: nodeDigests,
    cipher: nodeCipher,
    mailer: (url) => createMailer(url),
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
