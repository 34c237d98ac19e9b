/** `npm run sessions`: lists the browsers' sessions of a person, and ends them. */
import { chainActivity } from "../db/activity-chain.ts";
import type { Db } from "../db/repositories.ts";
import type { EncryptionKeys } from "../src/encryption-keys.ts";
import { endPersonSessions, listSessions, type PersonSession } from "../src/operator/person-sessions.ts";
import { createNodePlatform } from "../src/runtime/node/platform.ts";
import { openVault } from "../src/vault/vault.ts";
import { databaseFlags, databaseUsage, withChosenDatabase } from "./lib/chosen-database.ts";
import { namedUser } from "./lib/named-user.ts";
import { parseArguments, runCommand } from "./lib/run-command.ts";

const usage = `usage: npm run sessions -- [--end [--ref <session>]] [--dry-run] [--json]
         [--d1 <database> (--remote | --local [--persist-to <folder>])] <user id>
  Lists the browsers in which a person is signed in here by cookie. Logto's own sessions are in its console.
  --end     ends them; the person's activity records each
  --ref     only the one with this name
${databaseUsage}`;

const flags = {
  ...databaseFlags,
  end: { type: "boolean", default: false },
  ref: { type: "string" },
} as const;

await runCommand(usage, async () => {
  const { values, positionals } = parseArguments({ options: flags, allowPositionals: true });
  const userId = namedUser(positionals);
  const ends = values.end && !values["dry-run"];
  const sessions = await withChosenDatabase({ ...values, "dry-run": !ends }, async (db, keys) => {
    const services = await servicesOf(db, keys);
    if (ends) return endPersonSessions(services, userId, values.ref);
    const listed = await listSessions(services, userId);
    return listed.filter(({ ref }) => values.ref === undefined || ref === values.ref);
  });
  const verb = ends ? "ended " : values.end ? "would end " : "";
  const lines = sessions.map((session) => `${verb}${inWords(session)}\n`);
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ userId, sessions, ended: ends })}\n`
      : lines.join("") || `no session of ${userId}\n`,
  );
});

async function servicesOf(db: Db, keys: EncryptionKeys) {
  const platform = createNodePlatform();
  const vault = await openVault(keys, db, platform);
  return { db: chainActivity(db, vault.activity, platform.queue), vault, platform };
}

function inWords({ ref, method, startedAt, seenAt, expiresAt, about }: PersonSession): string {
  return `${ref} by ${method} since ${startedAt}, seen ${seenAt}, until ${expiresAt} ${JSON.stringify(about)}`;
}
