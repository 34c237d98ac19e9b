/** Prints at the end of a run how many tests each database and each runtime has passed. */
import type { Reporter, TestModule } from "vitest/node";

/** The files of the repository promises, by the database they keep them on. */
const databases: Record<string, string> = { sqlite: "SQLite", postgres: "PostgreSQL", d1: "D1 in workerd" };

type Count = { passed: number; all: number };

export class RuntimeCounts implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]) {
    const promises = modules.flatMap((module) => {
      const name = /test\/db\/(\w+)\.test\.ts$/.exec(module.moduleId)?.[1] ?? "";
      const database = databases[name];
      return database === undefined ? [] : [[database, count(module.children.allTests())] as const];
    });
    const core = modules
      .filter(({ moduleId }) => moduleId.endsWith("test/runtimes/core.test.ts"))
      .flatMap(({ children }) => [...children.suites()])
      .map((suite) => [suite.name, count(suite.children.allTests())] as const);
    print("repository promises", promises);
    print("core of the API", core);
  }
}

function count(tests: Iterable<{ result(): { state: string } }>): Count {
  const states = [...tests].map((test) => test.result().state);
  return { passed: states.filter((state) => state === "passed").length, all: states.length };
}

function print(what: string, counts: readonly (readonly [string, Count])[]) {
  if (counts.length === 0) return;
  const parts = counts.map(([name, { passed, all }]) => `${name} ${passed}/${all}`);
  process.stdout.write(`  ${what}: ${parts.join(" · ")}\n`);
}
