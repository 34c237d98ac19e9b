import type { Platform } from "../../src/platform.ts";
import { createMailer } from "../../src/runtime/node/mailer.ts";
import { createNodePlatform } from "../../src/runtime/node/platform.ts";

/** The Node platform with a clock that stands still until it is moved, and a log that is kept. */
export type TestPlatform = Platform & {
  advance(milliseconds: number): void;
  /** Moves the clock to the machine's time, unless it is ahead of it. */
  catchUp(): void;
  /** Waits for the deferred work so far. */
  idle(): Promise<void>;
  /** Every line written to the log. */
  lines: string[];
};

export function createTestPlatform(start = Date.UTC(2026, 0, 1)): TestPlatform {
  let now = start;
  let passed = 0;
  const lines: string[] = [];
  return {
    ...createNodePlatform({
      now: () => now,
      monotonic: () => performance.now() + passed,
      write: (line) => void lines.push(line),
    }),
    mailer: (url) => createMailer(url, [1, 1, 1]),
    advance: (milliseconds) => {
      now += milliseconds;
      passed += milliseconds;
    },
    catchUp: () => {
      now = Math.max(now, Date.now());
    },
    lines,
  };
}
