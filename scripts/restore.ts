/** `npm run restore`: puts a backup in the place of the SQLite database, once everything about it has been checked. */
import { type Restored, restore } from "./lib/restore.ts";
import { parseArguments, runCommand, tell, UsageError } from "./lib/run-command.ts";
import { readFileSettings } from "./lib/sqlite-files.ts";

const usage = `usage: npm run restore -- [--dry-run] [--json] <file>
  Puts a copy that npm run backup made in the place of the database of DATABASE_URL (SQLite). Stop the service first.
  A copy with another key, a damaged, a foreign or a newer one is refused before anything is changed. The database that
  was there is kept beside it. Whoever was erased since, as the database at hand knows, is erased from the copy too.
  DATABASE_URL and ENCRYPTION_KEYS are read from the environment or .env.
  --dry-run   checks the copy, and changes nothing
  --json      prints the result as JSON`;

await runCommand(usage, async () => {
  const { values, positionals } = parseArguments({
    options: { json: { type: "boolean" }, "dry-run": { type: "boolean", default: false } },
    allowPositionals: true,
  });
  const [file, ...others] = positionals;
  if (!file || others.length > 0) throw new UsageError("Name one file.");
  const result = await restore(readFileSettings("pg_restore"), file, values["dry-run"]);
  process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : inWords(result));
});

function inWords({ file, bytes, opened, damaged, replaced }: Restored): string {
  const checked = `${file}: ${bytes} bytes, ${opened} documents opened, ${damaged} damaged\n`;
  if (replaced === null) return `${checked}it can be restored; nothing was changed\n`;
  const { restored, setAside, erasedAgain, endedSessions, onlyInCopy } = replaced;
  if (onlyInCopy === null) {
    tell("There is no database at hand that says who was erased since: erase them again, by npm run erase.");
  }
  for (const userId of onlyInCopy ?? []) {
    tell(
      `${userId} is in the copy and not in the database at hand: if they are deleted at Logto, erase them.`,
    );
  }
  const kept = setAside === null ? "" : `the database that was there is ${setAside}\n`;
  return `${checked}${kept}erased again ${erasedAgain} people, ended ${endedSessions} sessions\nrestored ${restored}\n`;
}
