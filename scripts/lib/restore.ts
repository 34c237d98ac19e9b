import { copyFileSync, existsSync, mkdirSync, realpathSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { checkSqliteContent, finishSqliteFile } from "../../db/sqlite-copy.ts";
import { checkSqliteHeader } from "../../db/sqlite-header.ts";
import { peopleIn, replaceSqlite, startAnew, takeCurrent } from "../../db/sqlite-replace.ts";
import { eraseUser } from "../../src/erasure/erase-user.ts";
import { OperatorError } from "../../src/operator-error.ts";
import { createNodePlatform } from "../../src/runtime/node/platform.ts";
import type { Opened } from "../../src/vault/open-every-document.ts";
import { openVault } from "../../src/vault/vault.ts";
import {
  about,
  createPrivately,
  type FileSettings,
  inPlainWords,
  openDocumentsOf,
  removeSqlite,
  withFile,
} from "./sqlite-files.ts";

export type Restored = { file: string; bytes: number; replaced: Replaced | null } & Opened;

type Replaced = {
  restored: string;
  /** Where the database is that was there. */
  setAside: string | null;
  erasedAgain: number;
  endedSessions: number;
  /** Who has business fields in the copy and had none in the database; null if that could not be read. */
  onlyInCopy: string[] | null;
};

/**
 * Puts a backup in the place of the database. Everything is tried on a copy of it beside the database, which only its
 * last step touches.
 * @param isDryRun only checks.
 * @throws {OperatorError} that says what is wrong; nothing has changed then.
 */
export function restore({ path, keys }: FileSettings, file: string, isDryRun = false): Promise<Restored> {
  return inPlainWords(async () => {
    if (!existsSync(file)) throw new OperatorError(`There is no file ${file}.`);
    if (existsSync(path) && realpathSync(path) === realpathSync(file)) {
      throw new OperatorError(`${file} is the database itself: name a backup.`);
    }
    await about(file, () => checkSqliteHeader(file));
    const staged = `${path}.restoring-${process.pid}`;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    createPrivately(staged);
    try {
      copyFileSync(file, staged);
      await about(file, () => checkSqliteContent(staged));
      const counts = await about(file, () => openDocumentsOf(staged, keys));
      const replaced = isDryRun ? null : await putInPlace(staged, { path, keys });
      return { file, bytes: statSync(file).size, ...counts, replaced };
    } finally {
      removeSqlite(staged);
    }
  });
}

async function putInPlace(staged: string, { path, keys }: FileSettings): Promise<Replaced> {
  const now = Date.now();
  const current = takeCurrent(path);
  try {
    await withFile(staged, (db) => db.migrate());
    finishSqliteFile(staged);
    const onlyInCopy = current?.handOver(staged);
    const erased = onlyInCopy === undefined ? [] : await eraseAgain(staged, keys);
    const endedSessions = startAnew(staged, now);
    finishSqliteFile(staged);
    return {
      restored: path,
      setAside: replaceSqlite(staged, path, now),
      erasedAgain: erased.length,
      endedSessions,
      onlyInCopy: onlyInCopy?.filter((userId) => !erased.includes(userId)) ?? null,
    };
  } finally {
    current?.close();
  }
}

/** Erases whoever has a tombstone. @returns their user ids. */
const eraseAgain = (staged: string, keys: FileSettings["keys"]): Promise<string[]> =>
  withFile(staged, async (db) => {
    const platform = createNodePlatform();
    const services = { db, platform, vault: await openVault(keys, db, platform) };
    const erased: string[] = [];
    for (const userId of peopleIn(staged)) {
      if (!(await db.tombstones.exists(await services.vault.keyedHash("user", userId)))) continue;
      await eraseUser(services, userId);
      erased.push(userId);
    }
    return erased;
  });
