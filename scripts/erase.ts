/** `npm run erase`: erases a person's data by hand, for example if a webhook was lost. */
import { countRowsOf } from "../db/erase.ts";
import { eraseUser } from "../src/erasure/erase-user.ts";
import { createNodePlatform } from "../src/runtime/node/platform.ts";
import { openVault } from "../src/vault/vault.ts";
import { createProgress, databaseFlags, databaseUsage, withChosenDatabase } from "./lib/chosen-database.ts";
import { namedUser } from "./lib/named-user.ts";
import { parseArguments, runCommand } from "./lib/run-command.ts";

const usage = `usage: npm run erase -- [--dry-run] [--json] [--d1 <database> (--remote | --local [--persist-to <folder>])] <user id>
  Erases everything that is stored here about a person: fields, history, proofs, limits, pending changes. This is final.
  Delete the person at Logto first: with a token that is still valid they could store new rows.
${databaseUsage}`;

await runCommand(usage, async () => {
  const { values, positionals } = parseArguments({ options: databaseFlags, allowPositionals: true });
  const userId = namedUser(positionals);
  const isDryRun = values["dry-run"];
  const rows = await withChosenDatabase(values, async (db, keys) => {
    if (isDryRun) return countRowsOf(db, userId);
    const services = { db, platform: createNodePlatform(), vault: await openVault(keys, db) };
    return eraseUser(services, userId, { onPiece: createProgress("erased") });
  });
  const inWords = `${isDryRun ? "would erase" : "erased"} ${rows} rows of ${userId}`;
  process.stdout.write(`${values.json ? JSON.stringify({ userId, rows, dryRun: isDryRun }) : inWords}\n`);
});
