/** `npm run verify-activity`: compares the activity with its seals. */
import type { Db } from "../db/repositories.ts";
import type { Fault } from "../src/activity-proof/check-chain.ts";
import { type ActivityReport, verifyEverybody, verifyPerson } from "../src/activity-proof/verify-activity.ts";
import type { EncryptionKeys } from "../src/encryption-keys.ts";
import { OperatorError } from "../src/operator-error.ts";
import { createNodePlatform } from "../src/runtime/node/platform.ts";
import { openVault } from "../src/vault/vault.ts";
import { createProgress, readingFlags, readingUsage, withChosenDatabase } from "./lib/chosen-database.ts";
import { namedUser } from "./lib/named-user.ts";
import { parseArguments, runCommand } from "./lib/run-command.ts";

const usage = `usage: npm run verify-activity -- [--json] [--d1 <database> (--remote | --local [--persist-to <folder>])] [user id]
  Says which entries of the activity were changed, removed or inserted by somebody else: of one person or of everybody.
  It changes nothing, and the service may run meanwhile. The exit code is 1 if there is a fault.
${readingUsage}`;

await runCommand(usage, async () => {
  const { values, positionals } = parseArguments({ options: readingFlags, allowPositionals: true });
  const userId = positionals.length === 0 ? undefined : namedUser(positionals);
  const startedAt = performance.now();
  const report = await withChosenDatabase({ ...values, "dry-run": true }, (db, keys) =>
    verify(db, keys, userId),
  );
  const seconds = Math.round(performance.now() - startedAt) / 1_000;
  process.stdout.write(
    values.json ? `${JSON.stringify({ ...report, seconds })}\n` : inWords(report, seconds),
  );
  if (report.faults.length > 0)
    throw new OperatorError(
      `${report.faults.length} faults: somebody changed the activity beside the service, or a part of the database was put back. docs/operating.md, "Activity", says what each fault means.`,
    );
});

async function verify(db: Db, keys: EncryptionKeys, userId: string | undefined): Promise<ActivityReport> {
  const platform = createNodePlatform();
  const services = { db, vault: await openVault(keys, db, platform), platform };
  if (userId !== undefined) return verifyPerson(services, userId);
  const tellProgress = createProgress("verified entries:");
  return verifyEverybody(services, ({ entries }) => tellProgress(entries));
}

function inWords({ entries, people, unproven, faults }: ActivityReport, seconds: number): string {
  const lines = [
    ...faults.map(faultInWords),
    `verified ${entries} entries of ${people} people in ${seconds} s: ${faults.length === 0 ? "no fault" : `${faults.length} faults`}`,
    ...(unproven === 0 ? [] : [`${unproven} entries of an earlier release have no seal`]),
  ];
  return `${lines.join("\n")}\n`;
}

function faultInWords({ userId, kind, from, to, id }: Fault): string {
  const place = from === undefined ? "" : from === to ? ` ${from}` : ` ${from} to ${to}`;
  return `${userId}: ${kind}${place}${id === undefined ? "" : ` (${id})`}`;
}
