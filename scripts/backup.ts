/** `npm run backup`: copies the SQLite database while the service runs, and checks the copy before it has its name. */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { OperatorError } from "../src/operator-error.ts";
import { type Backup, backUp } from "./lib/back-up.ts";
import { parseArguments, runCommand, UsageError } from "./lib/run-command.ts";
import { readFileSettings } from "./lib/sqlite-files.ts";

const usage = `usage: npm run backup -- [--json] <file or folder>
  Copies the database of DATABASE_URL (SQLite) while the service runs. The copy is as the database was when it began.
  Every row is counted and every sealed document opened before the copy has its name. In a folder, the name has the time.
  DATABASE_URL and ENCRYPTION_KEYS are read from the environment or .env. The keys are not in the copy.
  --json   prints the result as JSON`;

await runCommand(usage, async () => {
  const { values, positionals } = parseArguments({
    options: { json: { type: "boolean" } },
    allowPositionals: true,
  });
  const [place, ...others] = positionals;
  if (!place || others.length > 0) throw new UsageError("Name one file or folder.");
  const result = await backUp(readFileSettings("pg_dump"), nameIn(place));
  process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : inWords(result));
  if (result.damaged > 0) {
    throw new OperatorError(
      `${result.damaged} documents open under no key, in the database as in the copy: restore those rows from an older backup.`,
    );
  }
});

function nameIn(place: string): string {
  if (!existsSync(place) || !statSync(place).isDirectory()) return place;
  return join(place, `profile-${new Date().toISOString().replace(/[:.]/g, "-")}.db`);
}

function inWords({ file, bytes, rows, opened, damaged }: Backup): string {
  const all = Object.values(rows).reduce((sum, count) => sum + count, 0);
  return `${file}: ${bytes} bytes, ${all} rows in ${Object.keys(rows).length} tables, ${opened} documents opened, ${damaged} damaged\n`;
}
