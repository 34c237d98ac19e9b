import { defineConfig } from "vitest/config";
import { RuntimeCounts } from "./test/support/runtime-counts.ts";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/database-servers.ts"],
    // Much of a test's time is waiting for a socket or a process, so two cores carry more than one file.
    maxWorkers: 2,
    testTimeout: 20_000,
    // Much of it starts servers, which take their time when other programs run beside.
    hookTimeout: 180_000,
    reporters: ["default", new RuntimeCounts(), ["json", { outputFile: "out/tests.json" }]],
  },
});
