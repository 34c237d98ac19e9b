/** `growth`: the same service on databases with 10^3, 10^5 and 10^6 vault rows and as many entries of activity. */
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { type Run, runContest } from "../lib/contest.ts";
import { startService } from "../lib/servers.ts";
import { cellsOf, formatTable, heading } from "../lib/table.ts";
import { readTask, type Task, vaultPatchTask } from "../scenarios.ts";

const sizes = [1_000, 100_000, 1_000_000];
const people = 1_000;

const tasks: Readonly<Record<string, Task>> = {
  "growth: GET /me": { ...readTask, order: "uniform", people, cacheSeconds: 300 },
  "growth: PATCH /me": { ...vaultPatchTask, people },
  "growth: GET /me/activity": { ...readTask, path: "/me/activity", order: "uniform", people },
};

/** Adds rows of people who never ask, each as large as one of those who do. */
function grow(path: string, rows: number) {
  const database = new Sqlite(path);
  database.pragma("synchronous = OFF");
  const numbers = "with recursive n(i) as (select 1 union all select i + 1 from n where i < ?)";
  database
    .prepare(
      `insert into vault (user_id, version, kid, sealed, updated_at)
       ${numbers} select 'grown' || i, version, kid, sealed, updated_at
       from n, (select * from vault limit 1)`,
    )
    .run(rows);
  database
    .prepare(
      `insert into activity (id, user_id, at, event, client_id, request_id, detail)
       ${numbers} select 'grown' || i, 'grown' || i, ? + i, 'profile.updated', 'client', 'request', '{}' from n`,
    )
    .run(rows, Date.now() - rows);
  database.close();
}

/** @returns a table in which each size is compared with the smallest. */
export async function growth(run: Run): Promise<string> {
  const { around } = run;
  const databases = sizes.map((rows) => {
    const path = join(around.folder, `grown-${rows}.db`);
    copyFileSync(around.databases.service, path);
    grow(path, rows);
    return { name: `${rows} rows`, path };
  });
  const lines = [heading];
  for (const [name, task] of Object.entries(tasks)) {
    const contestants = databases.map(({ name, path: database }) => ({
      name,
      start: () => startService(around, { cacheSeconds: task.cacheSeconds, database }),
    }));
    lines.push(...cellsOf(name, await runContest(task, contestants, run)));
  }
  return formatTable(lines);
}
