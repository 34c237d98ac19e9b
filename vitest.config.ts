import { defineConfig } from "vitest/config";
import { RuntimeCounts } from "./test/support/runtime-counts.ts";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/database-servers.ts"],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    reporters: ["default", new RuntimeCounts(), ["json", { outputFile: "out/tests.json" }]],
  },
});
