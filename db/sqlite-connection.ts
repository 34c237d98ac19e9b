/** One connection to a SQLite file, for the thread of requests and for the background thread alike. */
import { chmodSync, closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import Sqlite from "better-sqlite3";
import type { BatchResult, Statement } from "./engine.ts";

export type SqliteConnection = {
  /** Runs all statements in order, as one transaction if there are several. Everything of this thread waits for it. */
  run(statements: readonly Statement[]): BatchResult[];
  /**
   * Runs each of the batches as `run` does, and commits once for all of them.
   * @returns what became of each: one that fails leaves nothing behind, and the others take effect.
   * @throws {SqliteError} if nothing was applied of any of them.
   */
  runTogether(batches: readonly (readonly Statement[])[]): PromiseSettledResult<BatchResult[]>[];
  /** Whether no statement can write. */
  isRead(statements: readonly Statement[]): boolean;
  /** How many statements so far could write. */
  writes(): number;
  /** Copies what the write-ahead log holds into the database file, as far as other connections let it. */
  checkpoint(): void;
  /** As `checkpoint`, and empties the log. @throws {SqliteError} SQLITE_BUSY while another connection uses the log. */
  truncateLog(): void;
  close(): void;
};

export type ConnectionSettings = {
  path: string;
  /** The longest wait for another process while the file is opened; afterwards nothing waits. */
  openTimeoutMs: number;
  /** The length of the write-ahead log from which a write copies it into the database file, and waits for the disk. */
  pagesPerCheckpoint: number;
};

const cachedStatements = 500;

/**
 * Opens a SQLite file; a missing file or folder is created, readable by its owner only.
 * @throws {Error} of the file system or of SQLite if the file cannot be opened.
 */
export function connectSqlite({
  path,
  openTimeoutMs,
  pagesPerCheckpoint,
}: ConnectionSettings): SqliteConnection {
  if (path !== ":memory:") createPrivately(path);
  const connection = new Sqlite(path, { timeout: openTimeoutMs });
  connection.pragma("journal_mode = WAL");
  connection.pragma("synchronous = FULL");
  connection.pragma("foreign_keys = ON");
  connection.pragma("secure_delete = ON");
  // In KiB. The operating system caches the file as well.
  connection.pragma("cache_size = -8000");
  connection.pragma(`wal_autocheckpoint = ${pagesPerCheckpoint}`);
  // better-sqlite3 waits for a lock by blocking its thread. `retryWhileLocked` waits instead.
  connection.pragma("busy_timeout = 0");
  const prepare = cachingPrepare(connection);
  let writes = 0;
  const runOne = ({ sql, parameters }: Statement): BatchResult => {
    const statement = prepare(sql);
    if (!statement.readonly) writes += 1;
    if (!statement.reader) return { rows: [], affected: statement.run(...parameters).changes };
    const rows = statement.all(...parameters);
    return { rows, affected: rows.length };
  };
  const runAll = connection.transaction((statements: readonly Statement[]) => statements.map(runOne));
  /** Inside another transaction, `runAll` is one that can fail by itself (a savepoint), as one statement always can. */
  const settle = (statements: readonly Statement[]): PromiseSettledResult<BatchResult[]> => {
    try {
      const value = statements.length === 1 ? statements.map(runOne) : runAll(statements);
      return { status: "fulfilled", value };
    } catch (reason) {
      // A full disk, for one, makes SQLite roll back everything.
      if (!connection.inTransaction) throw reason;
      return { status: "rejected", reason };
    }
  };
  const settleAll = connection.transaction((batches: readonly (readonly Statement[])[]) =>
    batches.map(settle),
  );
  return {
    run([first, ...others]) {
      if (!first) return [];
      return others.length === 0 ? [runOne(first)] : runAll.immediate([first, ...others]);
    },
    runTogether: (batches) => settleAll.immediate(batches),
    isRead: (statements) => statements.every(({ sql }) => prepare(sql).readonly),
    writes: () => writes,
    checkpoint: () => void connection.pragma("wal_checkpoint(PASSIVE)"),
    truncateLog() {
      const busy = connection.pragma("wal_checkpoint(TRUNCATE)", { simple: true });
      if (busy === 1) throw new Sqlite.SqliteError("the write-ahead log is in use", "SQLITE_BUSY");
    },
    close: () => void connection.close(),
  };
}

/** SQLite creates the files -wal and -shm with the same mode as the database file. */
function createPrivately(path: string) {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, "a", 0o600));
  chmodSync(path, 0o600);
}

function cachingPrepare(connection: Sqlite.Database) {
  const cache = new Map<string, Sqlite.Statement<unknown[]>>();
  return (sql: string) => {
    const known = cache.get(sql);
    if (known) return known;
    const statement = connection.prepare<unknown[]>(sql);
    if (cache.size >= cachedStatements) cache.clear();
    cache.set(sql, statement);
    return statement;
  };
}
