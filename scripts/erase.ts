/** `npm run erase`: erases a person's data by hand, for example if a webhook was lost. */
import { createDb, type Db } from "../db/repositories.ts";
import { environment, readVariables } from "../src/config.ts";
import type { EncryptionKeys } from "../src/encryption-keys.ts";
import { eraseUser } from "../src/erasure/erase-user.ts";
import { createNodePlatform } from "../src/runtime/node/platform.ts";
import { userIdSchema } from "../src/user-id.ts";
import { openVault } from "../src/vault/vault.ts";
import { parseArguments, readEnvironment, runCommand, UsageError } from "./lib/run-command.ts";
import { withDatabase } from "./lib/with-database.ts";
import { type D1Target, openD1ThroughWrangler } from "./lib/wrangler-d1.ts";

const usage = `usage: npm run erase -- [--d1 <database> (--remote | --local [--persist-to <folder>])] <user id>
  Erases everything that is stored here about a person: fields, history, proofs, limits, pending changes. This is final.
  Delete the person at Logto first: with a token that is still valid they could store new rows.
  DATABASE_URL and ENCRYPTION_KEYS are read from the environment or .env.
  --d1      instead of DATABASE_URL a D1 database, by its name or its binding in wrangler.toml
  --remote  the one at Cloudflare
  --local   the one of wrangler dev on this machine; that of npm run dev:workers is in --persist-to data/workers`;

const flags = {
  d1: { type: "string" },
  remote: { type: "boolean" },
  local: { type: "boolean" },
  "persist-to": { type: "string" },
} as const;

await runCommand(usage, async () => {
  const { values, positionals } = parseArguments({ options: flags, allowPositionals: true });
  const [given, ...others] = positionals;
  const userId = userIdSchema.safeParse(given);
  if (!userId.success || others.length > 0) throw new UsageError("Name one user by their Logto user id.");
  const target = parseTarget(values);
  const rows = await (target ? inD1(target, userId.data) : inDatabase(userId.data));
  process.stdout.write(`erased ${rows} rows of ${userId.data}\n`);
});

type Flags = { d1?: string; remote?: boolean; local?: boolean; "persist-to"?: string };

/** @throws {UsageError} unless it is plain which database is meant: nobody shall believe that somebody is erased. */
function parseTarget({ d1, remote, local, "persist-to": folder }: Flags): D1Target | undefined {
  if (d1 === undefined) {
    if (remote || local || folder !== undefined) throw new UsageError("Name the database with --d1.");
    return undefined;
  }
  if (remote === local) throw new UsageError("Say either --remote or --local.");
  if (remote && folder !== undefined) throw new UsageError("--persist-to belongs to --local.");
  const flags = remote
    ? ["--remote"]
    : ["--local", ...(folder === undefined ? [] : ["--persist-to", folder])];
  return { database: d1, flags };
}

function inDatabase(userId: string): Promise<number> {
  const variables = environment.pick({ DATABASE_URL: true, ENCRYPTION_KEYS: true });
  const { DATABASE_URL: config, ENCRYPTION_KEYS: keys } = readVariables(variables, readEnvironment());
  return withDatabase(config, async (db) => {
    await db.migrate();
    return erase(db, keys, userId);
  });
}

function inD1(target: D1Target, userId: string): Promise<number> {
  const { ENCRYPTION_KEYS: keys } = readVariables(
    environment.pick({ ENCRYPTION_KEYS: true }),
    readEnvironment(),
  );
  return erase(createDb(openD1ThroughWrangler(target)), keys, userId);
}

async function erase(db: Db, keys: EncryptionKeys, userId: string): Promise<number> {
  const vault = await openVault(keys, db);
  return eraseUser({ db, platform: createNodePlatform(), vault }, userId);
}
