import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/support/longest-first.ts";
import { RuntimeCounts } from "./test/support/runtime-counts.ts";

// What Node compiles is kept for the next process: for the workers, and for wrangler, which takes a second less then.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL("out/compiled", import.meta.url));

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/database-server.ts"],
    // Much of a test's time is waiting for a socket or a process, so two cores carry three files.
    maxWorkers: 3,
    // Files of one worker share what they import. None of them keeps a value for the next one, or counts what a process holds.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    testTimeout: 20_000,
    // Much of it starts servers, which take their time when other programs run beside.
    hookTimeout: 180_000,
    reporters: ["default", new RuntimeCounts(), ["json", { outputFile: "out/tests.json" }]],
  },
});
