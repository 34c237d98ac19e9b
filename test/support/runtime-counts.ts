/** Prints at the end of a run how many tests of a contract each database and each runtime has passed. */
import type { Reporter, TestModule } from "vitest/node";

/** The files that loop over databases or runtimes: a `describe` each. */
const contracts: Record<string, string> = {
  "test/db/contract.test.ts": "of the repositories",
  "test/runtimes/contract.test.ts": "over HTTP",
};

export class RuntimeCounts implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]) {
    for (const { relativeModuleId, children } of modules) {
      const contract = contracts[relativeModuleId];
      if (contract === undefined) continue;
      const counts = [...children.suites()].map(
        (suite) => `${suite.name} ${count(suite.children.allTests())}`,
      );
      process.stdout.write(`  contract ${contract}: ${counts.join(" · ")}\n`);
    }
  }
}

/** @returns such as `45/47`: how many passed, of how many. */
function count(tests: Iterable<{ result(): { state: string } }>): string {
  const states = [...tests].map((test) => test.result().state);
  return `${states.filter((state) => state === "passed").length}/${states.length}`;
}
