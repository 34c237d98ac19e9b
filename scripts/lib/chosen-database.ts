/** The database that a command's flags name, and what the commands that change one have in common. */
import { createDb, type Db } from "../../db/repositories.ts";
import { environment, readVariables } from "../../src/config.ts";
import type { EncryptionKeys } from "../../src/encryption-keys.ts";
import { readEnvironment, tell, UsageError } from "./run-command.ts";
import { withDatabase } from "./with-database.ts";
import { type D1Target, openD1ThroughWrangler } from "./wrangler-d1.ts";

/** Flags of a command that only reads a database. */
export const readingFlags = {
  json: { type: "boolean", default: false },
  d1: { type: "string" },
  remote: { type: "boolean" },
  local: { type: "boolean" },
  "persist-to": { type: "string" },
} as const;

/** Flags of a command that changes a database. */
export const databaseFlags = { "dry-run": { type: "boolean", default: false }, ...readingFlags } as const;

const keysUsage = "  DATABASE_URL and ENCRYPTION_KEYS are read from the environment or .env.";
const placeUsage = `  --json    prints the result as JSON
  --d1      instead of DATABASE_URL a D1 database, by its name or its binding in wrangler.toml
  --remote  the one at Cloudflare
  --local   the one of wrangler dev on this machine; that of npm run dev:workers is in --persist-to data/workers`;

/** What the usage of such commands says of their flags. */
export const readingUsage = `${keysUsage}\n${placeUsage}`;
export const databaseUsage = `${keysUsage}
  --dry-run tells what it would do, and changes nothing
${placeUsage}`;

type Flags = { "dry-run": boolean; d1?: string; remote?: boolean; local?: boolean; "persist-to"?: string };

/**
 * Opens the database that the flags name, and closes it at the end.
 * @throws {UsageError} unless it is plain which one is meant.
 * @throws {OperatorError} if it cannot be used.
 */
export function withChosenDatabase<T>(
  flags: Flags,
  work: (db: Db, keys: EncryptionKeys) => Promise<T>,
): Promise<T> {
  const target = parseTarget(flags);
  const variables = environment.pick({ DATABASE_URL: true, ENCRYPTION_KEYS: true });
  const { DATABASE_URL: config, ENCRYPTION_KEYS: keys } = readVariables(variables, readEnvironment());
  if (target) return work(createDb(openD1ThroughWrangler(target)), keys);
  return withDatabase(config, async (db) => {
    if (!flags["dry-run"]) await db.migrate();
    return work(db, keys);
  });
}

function parseTarget({
  d1,
  remote,
  local,
  "persist-to": folder,
}: Omit<Flags, "dry-run">): D1Target | undefined {
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

const toldEveryMs = 2_000;

/**
 * Progress of work that takes long, told every two seconds.
 * @param all how much there is to do, where that is known: then the time that is left is estimated too.
 * @returns a function that takes how much is done.
 */
export function createProgress(
  verb: string,
  all = 0,
  terminal = { now: () => performance.now(), tell },
): (done: number) => void {
  const startedAt = terminal.now();
  let toldAt = startedAt;
  return (done) => {
    const now = terminal.now();
    if (now - toldAt < toldEveryMs) return;
    toldAt = now;
    const seconds = Math.ceil(((all - done) * (now - startedAt)) / (done * 1_000));
    const isKnown = done > 0 && done <= all;
    terminal.tell(`${verb} ${done}${isKnown ? ` of ${all}, about ${seconds} s left` : ""}`);
  };
}
