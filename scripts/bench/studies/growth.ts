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
      `insert into activity (id, user_id, at, event, client_id, request_id, detail,
         sequence, previous_at, previous_mac, kid, mac)
       ${numbers} select
         lower(hex(randomblob(18))), 'grown' || i, ? + i, 'profile.updated', 'client-of-21-letters',
         lower(hex(randomblob(18))), '{"fields":["/name","/business/ethnicity"]}',
         1, 0, '', 'k1', substr(hex(randomblob(22)), 1, 43)
       from n`,
    )
    .run(rows, Date.now() - rows);
  database.close();
}

/** @returns how many bytes a row of each grown table takes in the file, its entries of indexes included. */
function bytesPerRow(path: string): string {
  const database = new Sqlite(path, { readonly: true });
  const bytes = database.prepare<[string], { bytes: number }>(
    `select sum(pgsize) / (select count(*) from activity) as bytes
     from dbstat where name in (select name from sqlite_master where tbl_name = ?)`,
  );
  const texts = ["vault", "activity"].map((table) => `${table} ${Math.round(bytes.get(table)?.bytes ?? 0)}`);
  database.close();
  return `bytes a row, with its part of the indexes: ${texts.join(", ")}`;
}

/** @returns a table in which each size is compared with the smallest, and how much a row takes. */
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
  const largest = databases.at(-1);
  return `${formatTable(lines)}\n${largest ? bytesPerRow(largest.path) : ""}`;
}
