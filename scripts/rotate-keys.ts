/** `npm run rotate-keys`: seals everything anew that is sealed with an older key. The service may run meanwhile. */
import type { Db } from "../db/repositories.ts";
import type { EncryptionKeys } from "../src/encryption-keys.ts";
import { OperatorError } from "../src/operator-error.ts";
import { createNodePlatform } from "../src/runtime/node/platform.ts";
import { resealHeads } from "../src/vault/reseal-heads.ts";
import { rotate } from "../src/vault/rotate.ts";
import { openVault } from "../src/vault/vault.ts";
import { createProgress, databaseFlags, databaseUsage, withChosenDatabase } from "./lib/chosen-database.ts";
import { parseArguments, runCommand } from "./lib/run-command.ts";

const usage = `usage: npm run rotate-keys -- [--dry-run] [--json] [--d1 <database> (--remote | --local [--persist-to <folder>])]
  Seals everything with the first key of ENCRYPTION_KEYS. It can be interrupted and run again. It tells how many rows
  are done, how many there are, and how long the rest will take.
${databaseUsage}`;

await runCommand(usage, async () => {
  const { values } = parseArguments({ options: databaseFlags });
  const isDryRun = values["dry-run"];
  const print = (result: object, inWords: string) =>
    void process.stdout.write(`${values.json ? JSON.stringify(result) : inWords}\n`);
  if (isDryRun) {
    const due = await withChosenDatabase(values, countDue);
    const rows = `would seal ${due.rows} rows of the vault under ${due.current}`;
    print({ ...due, dryRun: true }, `${rows}, and the service's own secrets and pending changes`);
    return;
  }
  const { report, current, stillInUse } = await withChosenDatabase(values, rotateAll);
  print(
    { ...report, current, stillInUse, dryRun: false },
    `resealed ${report.resealed} under ${current}, damaged ${report.damaged}`,
  );
  if (report.damaged > 0) {
    throw new OperatorError(
      `${report.damaged} rows open under no key and were left unchanged: restore them from a backup before you remove a key.`,
    );
  }
  if (stillInUse.length > 0) {
    throw new OperatorError(
      `Rows were written under ${stillInUse.join(", ")} meanwhile: restart every instance with ${current} first, then run this again.`,
    );
  }
  if (values.json) return;
  process.stdout.write(
    "the other keys can be removed in 24 hours, when the stored answers that they sealed have expired\n",
  );
});

/** Rows of the vault that another key than the first seals. */
async function countDue(db: Db, [{ kid: current }]: EncryptionKeys) {
  const others = (await db.vaults.kids()).filter((kid) => kid !== current);
  const counts = await Promise.all(others.map((kid) => db.vaults.countUnder(kid)));
  return { current, rows: counts.reduce((sum, count) => sum + count, 0) };
}

async function rotateAll(db: Db, keys: EncryptionKeys) {
  const vault = await openVault(keys, db, createNodePlatform());
  const { current, rows } = await countDue(db, keys);
  const tellProgress = createProgress("resealed", rows);
  const report = await rotate(vault, db, { onPage: ({ resealed }) => tellProgress(resealed) });
  await resealHeads(vault, db);
  const { kidsInUse } = await db.canaries.readKeyState();
  return { report, current, stillInUse: kidsInUse.filter((kid) => kid !== current) };
}
