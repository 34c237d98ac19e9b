/** `processes`: the service as one process and as two, on one database. */
import { type Run, runContest } from "../lib/contest.ts";
import { startService } from "../lib/servers.ts";
import { cellsOf, formatTable, heading } from "../lib/table.ts";
import { readTask } from "../scenarios.ts";

const task = { ...readTask, order: "uniform", people: 1_000, cacheSeconds: 300 } as const;

/** @returns a table in which one process is compared with two. The system gives the cores to whoever wants them. */
export async function processes(run: Run): Promise<string> {
  const contestants = [2, 1].map((number) => ({
    name: number === 1 ? "one process" : "two processes",
    start: () =>
      startService(run.around, {
        cacheSeconds: task.cacheSeconds,
        environment: { WEB_CONCURRENCY: String(number) },
      }),
  }));
  return formatTable([heading, ...cellsOf("processes", await runContest(task, contestants, run))]);
}
