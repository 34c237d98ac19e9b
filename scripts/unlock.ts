/** `npm run unlock`: lists the limits that a person has used up, and takes them away. */
import { chainActivity } from "../db/activity-chain.ts";
import type { Db } from "../db/repositories.ts";
import type { EncryptionKeys } from "../src/encryption-keys.ts";
import { listLimits, type PersonLimit, unlockPerson } from "../src/operator/unlock-person.ts";
import { createNodePlatform } from "../src/runtime/node/platform.ts";
import { openVault } from "../src/vault/vault.ts";
import { databaseFlags, databaseUsage, withChosenDatabase } from "./lib/chosen-database.ts";
import { namedUser } from "./lib/named-user.ts";
import { parseArguments, runCommand } from "./lib/run-command.ts";

const usage = `usage: npm run unlock -- [--dry-run] [--json] [--d1 <database> (--remote | --local [--persist-to <folder>])] <user id>
  Lists what a person has tried too often (passwords, codes), and lets them try again. Their activity records it. Limits
  of addresses, which many people may share, stay as they are.
${databaseUsage}`;

await runCommand(usage, async () => {
  const { values, positionals } = parseArguments({ options: databaseFlags, allowPositionals: true });
  const userId = namedUser(positionals);
  const isDryRun = values["dry-run"];
  const limits = await withChosenDatabase(values, (db, keys) =>
    isDryRun ? listLimits({ db, platform: createNodePlatform() }, userId) : unlock(db, keys, userId),
  );
  const verb = isDryRun ? "would clear" : "cleared";
  const lines = limits.map((limit) => `${verb} ${inWords(limit)}\n`);
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ userId, limits, dryRun: isDryRun })}\n`
      : lines.join("") || `nothing is counted of ${userId}\n`,
  );
});

async function unlock(db: Db, keys: EncryptionKeys, userId: string): Promise<PersonLimit[]> {
  const platform = createNodePlatform();
  const vault = await openVault(keys, db, platform);
  return unlockPerson({ db: chainActivity(db, vault.activity, platform.queue), vault, platform }, userId);
}

function inWords({ limit, tries, locked, until }: PersonLimit): string {
  return `${limit}: ${tries} tries, ${locked ? "locked" : "counted"} until ${until}`;
}
