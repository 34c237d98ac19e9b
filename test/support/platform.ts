import type { Platform } from "../../src/platform.ts";
import { createCoalesce } from "../../src/runtime/node/coalesce.ts";
import { createQueue } from "../../src/runtime/node/queue.ts";

/** The Node platform with a clock that stands still until it is moved. */
export type TestPlatform = Platform & {
  advance(milliseconds: number): void;
  /** Waits for the deferred work so far. */
  settled(): Promise<void>;
};

export function createTestPlatform(start = Date.UTC(2026, 0, 1)): TestPlatform {
  let now = start;
  const deferred: Promise<unknown>[] = [];
  return {
    now: () => now,
    fetch: (input, init) => fetch(input, init),
    coalesce: createCoalesce(),
    queue: createQueue(),
    write: () => {},
    defer: (work) => {
      deferred.push(work);
    },
    advance: (milliseconds) => {
      now += milliseconds;
    },
    settled: async () => {
      await Promise.allSettled(deferred.splice(0));
    },
  };
}
