import { randomBytes } from "node:crypto";
import { existsSync, renameSync, statSync } from "node:fs";
import {
  type CopyProgress,
  copySqlite,
  finishSqliteFile,
  type RowCounts,
  syncToDisk,
} from "../../db/sqlite-copy.ts";
import { OperatorError } from "../../src/operator-error.ts";
import type { Opened } from "../../src/vault/open-every-document.ts";
import { tell } from "./run-command.ts";
import {
  createPrivately,
  type FileSettings,
  inPlainWords,
  openDocumentsOf,
  removeSqlite,
} from "./sqlite-files.ts";

export type Backup = { file: string; bytes: number; rows: RowCounts } & Opened;

/**
 * Copies the database while others use it. The copy has its name once every row was counted and every document opened.
 * @throws {OperatorError} if the copy is not as it should be; nothing is left of it then.
 */
export function backUp({ path, keys }: FileSettings, file: string): Promise<Backup> {
  return inPlainWords(async () => {
    if (!existsSync(path)) throw new OperatorError(`There is no database at ${path}: check DATABASE_URL.`);
    if (existsSync(file)) throw new OperatorError(`${file} exists: name another file.`);
    const unfinished = `${file}.unfinished-${randomBytes(4).toString("hex")}`;
    createPrivately(unfinished);
    try {
      const rows = await copySqlite(path, unfinished, tellProgress());
      const counts = await openDocumentsOf(unfinished, keys);
      finishSqliteFile(unfinished);
      renameSync(unfinished, file);
      syncToDisk(file);
      return { file, bytes: statSync(file).size, rows, ...counts };
    } finally {
      removeSqlite(unfinished);
    }
  });
}

/** Tells each tenth of a copy that takes long. */
function tellProgress(): CopyProgress {
  let told = 0;
  const startedAt = performance.now();
  return ({ done, all }) => {
    const tenths = Math.floor((10 * done) / all);
    if (tenths > told && performance.now() - startedAt > 1_000) tell(`copied ${10 * tenths} %`);
    told = Math.max(told, tenths);
  };
}
