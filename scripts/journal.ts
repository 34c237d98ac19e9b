/** `npm run journal`: lists the changes that were begun and are not finished. */
import { listJournal, type OpenChange } from "../src/operator/list-journal.ts";
import { createNodePlatform } from "../src/runtime/node/platform.ts";
import { openVault } from "../src/vault/vault.ts";
import { readingFlags, readingUsage, withChosenDatabase } from "./lib/chosen-database.ts";
import { parseArguments, runCommand } from "./lib/run-command.ts";

const usage = `usage: npm run journal -- [--json] [--d1 <database> (--remote | --local [--persist-to <folder>])]
  Lists the changes that somebody began and nobody has finished: whose, since when, whether they are set aside, and why.
  An instance finishes them by itself within a minute; one that is set aside is tried again at its time.
${readingUsage}`;

await runCommand(usage, async () => {
  const { values } = parseArguments({ options: readingFlags });
  const changes = await withChosenDatabase({ ...values, "dry-run": true }, async (db, keys) => {
    const platform = createNodePlatform();
    return listJournal({ db, vault: await openVault(keys, db, platform), platform });
  });
  const lines = changes.map((change) => `${inWords(change)}\n`);
  process.stdout.write(
    values.json ? `${JSON.stringify(changes)}\n` : lines.join("") || "no change is open\n",
  );
});

function inWords({ id, userId, kind, begunAt, attempts, asideUntil, fault }: OpenChange): string {
  const aside = asideUntil === null ? "open" : `set aside until ${asideUntil} (${attempts} times)`;
  return `${id} ${userId} ${kind} since ${begunAt}: ${aside}${fault === null ? "" : `, ${fault}`}`;
}
