/** `npm run purge`: deletes what has expired now, as each instance does every hour. */
import { countExpired, mostCounted, purgeExpired } from "../db/purge.ts";
import { createProgress, databaseFlags, databaseUsage, withChosenDatabase } from "./lib/chosen-database.ts";
import { parseArguments, runCommand } from "./lib/run-command.ts";

const usage = `usage: npm run purge -- [--dry-run] [--json] [--d1 <database> (--remote | --local [--persist-to <folder>])]
  Deletes what has expired, in small pieces with rests, as each instance does every hour. The service may run meanwhile.
  It can be interrupted and run again.
${databaseUsage}`;

await runCommand(usage, async () => {
  const { values } = parseArguments({ options: databaseFlags });
  const now = Date.now();
  const print = (result: object, inWords: string) =>
    void process.stdout.write(`${values.json ? JSON.stringify(result) : inWords}\n`);
  if (values["dry-run"]) {
    const expired = await withChosenDatabase(values, (db) => countExpired(db, now));
    const tables = Object.entries(expired).map(
      ([table, count]) => `${table} ${count}${count === mostCounted ? " or more" : ""}`,
    );
    print({ expired, dryRun: true }, `would delete ${tables.join(", ") || "nothing"}`);
    return;
  }
  const purged = await withChosenDatabase(values, async (db) => {
    const deleted = await purgeExpired(db, now, { onPiece: createProgress("deleted") });
    await db.scrubFiles();
    return deleted;
  });
  print({ purged, dryRun: false }, `deleted ${purged} expired rows`);
});
