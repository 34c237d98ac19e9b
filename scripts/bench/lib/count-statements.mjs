/** Loaded before the service: counts what it asks of SQLite, and writes the counts to a file at each SIGUSR2. */
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import process from "node:process";
import { isMainThread } from "node:worker_threads";

// This folder has a driver of its own, for the peers.
const Sqlite = createRequire(new URL("../../../db/", import.meta.url))("better-sqlite3");

const counts = { reads: 0, writes: 0, commits: 0 };

function count(source, readonly, inTransaction) {
  if (/^(begin|savepoint|release|rollback|pragma)\b/i.test(source)) return;
  if (/^commit\b/i.test(source)) counts.commits += 1;
  else if (readonly) counts.reads += 1;
  else {
    counts.writes += 1;
    if (!inTransaction) counts.commits += 1;
  }
}

if (isMainThread) {
  const statement = Object.getPrototypeOf(new Sqlite(":memory:").prepare("select 1"));
  for (const name of ["run", "get", "all"]) {
    const original = statement[name];
    statement[name] = function counted(...parameters) {
      count(this.source, this.readonly, this.database.inTransaction);
      return original.apply(this, parameters);
    };
  }
  process.on("SIGUSR2", () => writeFileSync(process.env.STATEMENTS_REPORT, JSON.stringify(counts)));
}
