/** What `backup` and `restore` share: their settings, files that are not finished yet, and failures in plain words. */
import { closeSync, openSync, rmSync } from "node:fs";
import * as z from "zod";
import { createDb, type Db } from "../../db/repositories.ts";
import { openSqlite } from "../../db/sqlite.ts";
import { environment, readVariables } from "../../src/config.ts";
import type { EncryptionKeys } from "../../src/encryption-keys.ts";
import { OperatorError } from "../../src/operator-error.ts";
import { nodeCipher } from "../../src/runtime/node/cipher.ts";
import { type Opened, openEveryDocument } from "../../src/vault/open-every-document.ts";
import { readEnvironment, tell } from "./run-command.ts";

const variables = environment.pick({ DATABASE_URL: true, ENCRYPTION_KEYS: true });

/** The database file, and the keys of its documents. */
export type FileSettings = { path: string; keys: EncryptionKeys };

/**
 * @param instead the command of PostgreSQL that does the same.
 * @throws {OperatorError} if the database is not a file of SQLite.
 */
export function readFileSettings(instead: string): FileSettings {
  const { DATABASE_URL: config, ENCRYPTION_KEYS: keys } = readVariables(variables, readEnvironment());
  if (config.kind !== "sqlite") {
    throw new OperatorError(
      `DATABASE_URL is PostgreSQL: use ${instead}, as docs/operating.md says under "Backup and keys".`,
    );
  }
  return { path: config.path, keys };
}

/** Makes an empty file that only its owner can read. @throws {Error} of the file system if there is one already. */
export const createPrivately = (path: string) => closeSync(openSync(path, "wx", 0o600));

/** Removes a database file and what SQLite keeps beside it. */
export function removeSqlite(path: string): void {
  for (const suffix of ["", "-wal", "-shm", "-journal"]) rmSync(`${path}${suffix}`, { force: true });
}

/** Opens a file that nothing else uses, for one piece of work. */
export async function withFile<T>(path: string, work: (db: Db) => Promise<T>): Promise<T> {
  const database = openSqlite(path);
  return work(createDb(database)).finally(() => database.close());
}

const toldEvery = 20_000;

/** Opens every sealed document of a file. See `openEveryDocument`. */
export function openDocumentsOf(path: string, keys: EncryptionKeys): Promise<Opened> {
  let toldAt = toldEvery;
  const onPage = ({ opened }: Opened) => {
    if (opened < toldAt) return;
    toldAt += toldEvery;
    tell(`opened ${opened} documents so far`);
  };
  return withFile(path, (db) => openEveryDocument(keys, db, nodeCipher, onPage));
}

const withCode = z.object({ code: z.string().regex(/^[A-Z_]+$/), message: z.string() });

/** Runs work on files. @throws {OperatorError} also for failures of the file system and of SQLite. */
export async function inPlainWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { data } = withCode.safeParse(error);
    if (error instanceof OperatorError || !data) throw error;
    throw new OperatorError(`The files cannot be used (${data.code}): ${data.message}.`, { cause: error });
  }
}

/** Runs a check. @param path put before what it finds, for example "It is truncated". */
export async function about<T>(path: string, check: () => T | Promise<T>): Promise<T> {
  try {
    return await check();
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    throw new OperatorError(`${path} cannot be used. ${error.message}`);
  }
}
