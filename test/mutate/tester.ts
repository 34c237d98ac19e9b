/** A process of its own in the copied tree: it keeps vitest warm and runs test files as it is told. */
import { resolve } from "node:path";
import { createVitest, type TestCase, type Vitest } from "vitest/node";
import type { TestOrder, TestVerdict } from "./testers.ts";

let firstFailure: TestVerdict | undefined;
/** The file that the order before changed; it is as it was again. */
let changedBefore: string | undefined;

const vitest = await createVitest("test", {
  watch: false,
  maxWorkers: 1,
  // No module of the order before is left.
  isolate: true,
  // What a busy machine makes slow is not noticed by that.
  testTimeout: 60_000,
  hookTimeout: 90_000,
  reporters: [
    {
      onTestCaseResult(test: TestCase) {
        if (test.result().state !== "failed" || firstFailure !== undefined) return;
        const file = test.module.relativeModuleId;
        firstFailure = { file, noticedBy: `${file}: ${test.fullName}` };
        // The option `bail` counts the failures of all orders.
        void vitest.cancelCurrentRun("test-failure");
      },
    },
  ],
});

process.on("message", async ({ changed, tests }: TestOrder) => {
  firstFailure = undefined;
  for (const file of [changed, changedBefore]) if (file) vitest.invalidateFile(resolve(file));
  changedBefore = changed;
  process.send?.(await run(vitest, tests).catch((error) => ({ error: String(error) })));
});
process.on("disconnect", () => void vitest.close());
process.send?.("ready");

async function run(runner: Vitest, tests: readonly string[]): Promise<TestVerdict> {
  for (const test of tests) {
    const specifications = await runner.globTestSpecifications([test]);
    if (specifications.length === 0) return { error: `no test file is called ${test}` };
    const { testModules, unhandledErrors } = await runner.runTestSpecifications(specifications);
    if (firstFailure !== undefined) return firstFailure;
    // The modules of earlier orders are among them.
    const failed = testModules.find(
      (module) => !module.ok() && specifications.some(({ moduleId }) => moduleId === module.moduleId),
    );
    if (failed) return { file: failed.relativeModuleId, noticedBy: `${failed.relativeModuleId} as a whole` };
    if (unhandledErrors.length > 0)
      return { file: test, noticedBy: `an error that no test of ${test} expected` };
  }
  return {};
}
