/** A copy of a SQLite file in use. */
import { closeSync, fsyncSync, openSync } from "node:fs";
import { dirname } from "node:path";
import Sqlite from "better-sqlite3";
import { OperatorError } from "../src/operator-error.ts";
import { readMigrations } from "./migration-files.ts";

/** How many rows each table holds. */
export type RowCounts = Readonly<Record<string, number>>;

/** `done` and `all` are pages of the file. */
export type CopyProgress = (progress: { done: number; all: number }) => void;

/** 4 MB. Writers go on in any case: a reader does not stop them. */
const pagesPerStep = 1_000;
const lockTimeoutMs = 5_000;

/**
 * Copies a database while others write to it. The copy is what was committed when it began: one read transaction holds
 * that state for all steps, so that no write makes SQLite begin again.
 * @param target an empty file.
 * @returns the rows of each table, which the copy was found to hold.
 * @throws {OperatorError} if the copy is not equal to the database, or the database is damaged.
 * @throws {Error} of the file system or of SQLite.
 */
export async function copySqlite(
  path: string,
  target: string,
  onProgress: CopyProgress = () => {},
): Promise<RowCounts> {
  const source = new Sqlite(path, { fileMustExist: true, timeout: lockTimeoutMs });
  try {
    source.exec("begin");
    const counts = countRows(source);
    await source.backup(target, {
      progress({ totalPages: all, remainingPages }) {
        onProgress({ done: all - remainingPages, all });
        return pagesPerStep;
      },
    });
    source.exec("commit");
    comparedWith(counts, target);
    return counts;
  } finally {
    source.close();
  }
}

function comparedWith(counts: RowCounts, target: string) {
  checkSqliteContent(target);
  const copy = new Sqlite(target, { fileMustExist: true });
  try {
    const copied = countRows(copy);
    const differing = Object.keys(counts).filter((table) => counts[table] !== copied[table]);
    if (differing.length > 0) {
      throw new OperatorError(`The copy lacks rows of ${differing.join(", ")}: run the backup again.`);
    }
  } finally {
    copy.close();
  }
}

function countRows(connection: Sqlite.Database): RowCounts {
  const names = connection
    .prepare<[], string>("select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'")
    .pluck()
    .all();
  const count = (name: string) =>
    connection.prepare<[], number>(`select count(*) from "${name}"`).pluck().get() ?? 0;
  return Object.fromEntries(names.map((name) => [name, count(name)]));
}

/**
 * Checks that a file is sound and holds a database of this service that this release understands.
 * @param path a file that nothing else uses.
 * @throws {OperatorError} that says what it is instead.
 */
export function checkSqliteContent(path: string): void {
  const connection = new Sqlite(path, { fileMustExist: true });
  try {
    const [finding] = connection.prepare<[], string>("pragma integrity_check").pluck().all();
    if (finding !== "ok") throw damaged(`${finding}`);
    const known = readMigrations().map(({ name }) => name);
    const applied = migrationsIn(connection);
    if (!applied.includes(known[0] ?? "")) {
      throw new OperatorError("It is a database of another program, not of this service.");
    }
    const newer = applied.filter((name) => !known.includes(name));
    if (newer.length > 0) {
      throw new OperatorError(
        `It is the database of a newer release, which added ${newer.join(", ")}: use that release.`,
      );
    }
  } catch (error) {
    if (error instanceof Sqlite.SqliteError && /^SQLITE_(CORRUPT|NOTADB)/.test(error.code)) {
      throw damaged(error.message);
    }
    throw error;
  } finally {
    connection.close();
  }
}

const damaged = (finding: string) =>
  new OperatorError(`It is damaged (${finding.replaceAll("\n", " ")}): use another copy.`);

function migrationsIn(connection: Sqlite.Database): string[] {
  const history = "select 1 from sqlite_schema where type = 'table' and name = 'schema_migrations'";
  if (connection.prepare(history).get() === undefined) return [];
  return connection.prepare<[], string>("select name from schema_migrations order by name").pluck().all();
}

/** Turns a database that nothing else uses into one file, and waits until the disk has it. */
export function finishSqliteFile(path: string): void {
  const connection = new Sqlite(path, { fileMustExist: true });
  try {
    // The service turns the log on again when it opens the file.
    connection.pragma("journal_mode = DELETE");
  } finally {
    connection.close();
  }
  syncToDisk(path);
}

/** Waits until the disk has a file, and the names in its folder. */
export function syncToDisk(path: string): void {
  for (const each of [path, dirname(path)]) {
    const file = openSync(each, "r");
    try {
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }
}
