/**
 * Preloaded into a process (`--import`), it prints every half second for how long the event loop stood still at most
 * (`loopMs`), for how long at most because of one statement of SQLite (`statementMs`), and how much processor time the
 * dearest statement took (`statementCpuMs`). It leaves out the time in which the machine gave its processors to others,
 * and prints that as `waitedMs`; a wait for the disk is in. `statements` counts them, `slow` those above 20 ms.
 */
import { readFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";
import Sqlite from "better-sqlite3";

const schedstat = `/proc/self/task/${process.pid}/schedstat`;

/** By the clock, without what this thread was ready to run and was not let. Only Linux tells. */
function ownTime() {
  const at = performance.now();
  const waited =
    process.platform === "linux" ? Number(readFileSync(schedstat, "latin1").split(" ")[1]) / 1e6 : 0;
  return { own: at - waited, waited };
}

const tickMs = 1;
const printEveryMs = 500;
const slowMs = 20;
const none = { loopMs: 0, statementMs: 0, statementCpuMs: 0, waitedMs: 0, statements: 0, slow: 0 };
let longest = { ...none };

function watchLoop() {
  let before = ownTime();
  setInterval(() => {
    const now = ownTime();
    longest.loopMs = Math.max(longest.loopMs, now.own - before.own - tickMs);
    longest.waitedMs = Math.max(longest.waitedMs, now.waited - before.waited);
    before = now;
  }, tickMs).unref();
}

/** Times whatever steps through a statement; the statements of a transaction, its COMMIT too, are such. */
function watchStatements() {
  const statement: object = Object.getPrototypeOf(new Sqlite(":memory:").prepare("select 1"));
  for (const name of ["run", "get", "all"]) {
    const original: unknown = Reflect.get(statement, name);
    if (typeof original !== "function") throw new Error(`The driver has no ${name}.`);
    Reflect.set(statement, name, function timed(this: unknown, ...parameters: unknown[]): unknown {
      const before = ownTime().own;
      const cpuBefore = process.threadCpuUsage();
      try {
        return Reflect.apply(original, this, parameters);
      } finally {
        const took = ownTime().own - before;
        longest.statements += 1;
        if (took > slowMs) longest.slow += 1;
        longest.statementMs = Math.max(longest.statementMs, took);
        const { user, system } = process.threadCpuUsage(cpuBefore);
        longest.statementCpuMs = Math.max(longest.statementCpuMs, (user + system) / 1000);
      }
    });
  }
}

if (isMainThread) {
  watchLoop();
  watchStatements();
  setInterval(() => {
    process.stdout.write(`${JSON.stringify({ event: "event_loop", ...longest })}\n`);
    longest = { ...none };
  }, printEveryMs).unref();
}
