/** Starts the process that runs tests, and ends it when a mutant makes it run for ever. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Tree } from "./copy-tree.ts";

export type TestOrder = {
  /** The file that has changed since the last order. */
  changed: string;
  /** Parts of the paths of test files, in the order in which they are run; the first failure is the last run. */
  tests: readonly string[];
};

/** `noticedBy` is the first test that failed, and `file` where it is. Without these and an error, all passed. */
export type TestVerdict = { noticedBy?: string; file?: string; error?: string };

export type Tester = {
  run(order: TestOrder): Promise<TestVerdict>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** @param limitMs for each test file; an order that takes longer counts as noticed: the tests do not end. */
export function createTester(tree: Tree, limitMs: number): Tester {
  let running: Promise<ChildProcess> | undefined;
  return {
    async run(order) {
      running ??= start(tree);
      const child = await running;
      const answer = nextMessage(child);
      child.send(order);
      const patienceMs = limitMs * order.tests.length;
      const verdict = await Promise.race([answer, after(patienceMs)]);
      if (verdict !== undefined) return verdict;
      running = undefined;
      await end(child);
      return { noticedBy: `no end within ${patienceMs / 1000} s` };
    },
    async [Symbol.asyncDispose]() {
      if (running) await end(await running);
    },
  };
}

async function start({ path, temporary }: Tree): Promise<ChildProcess> {
  const child = fork(join(path, "test/mutate/tester.ts"), {
    cwd: path,
    detached: true,
    env: { ...process.env, TMPDIR: temporary },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  await nextMessage(child);
  return child;
}

async function nextMessage(child: ChildProcess) {
  const { promise, resolve } = Promise.withResolvers<TestVerdict>();
  const gone = () => resolve({ error: "the process that runs the tests ended by itself" });
  child.once("message", (message: TestVerdict) => resolve(message));
  child.once("exit", gone);
  try {
    return await promise;
  } finally {
    child.off("exit", gone);
  }
}

async function after(milliseconds: number): Promise<undefined> {
  await sleep(milliseconds, undefined, { ref: false });
}

/** With all that it has started: database servers, services. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const exited = once(child, "exit");
  process.kill(-child.pid, "SIGKILL");
  await exited;
}
