import { chmodSync, closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import Sqlite from "better-sqlite3";
import { sleep } from "../src/sleep.ts";
import { createDatabase, type Database } from "./database.ts";
import type { BatchResult, Statement } from "./engine.ts";
import { applyMigrations } from "./migrate.ts";
import { readMigrations } from "./migration-files.ts";
import { StorageFailure } from "./storage-failure.ts";

export type SqliteOptions = {
  /** The longest wait for the write lock of another process. Default: 5 s. */
  lockTimeoutMs?: number;
};

const longestPauseMs = 50;
const cachedStatements = 500;

/**
 * Opens a SQLite file. Several processes of one machine may open it at the same time.
 * @param path a file, or `:memory:`. A missing file or folder is created, readable by its owner only.
 * @throws {Error} of the file system or of SQLite if the file cannot be opened.
 */
export function openSqlite(path: string, { lockTimeoutMs = 5_000 }: SqliteOptions = {}): Database {
  const connection = connect(path, lockTimeoutMs);
  const prepare = cachingPrepare(connection);
  const runOne = ({ sql, parameters }: Statement): BatchResult => {
    const statement = prepare(sql);
    if (!statement.reader) return { rows: [], affected: statement.run(...parameters).changes };
    const rows = statement.all(...parameters);
    return { rows, affected: rows.length };
  };
  const runAll = connection.transaction((statements: readonly Statement[]) => statements.map(runOne));
  const run = (statements: readonly Statement[]) =>
    retryWhileLocked(lockTimeoutMs, () => {
      const [only, ...others] = statements;
      return only && others.length === 0 ? [runOne(only)] : runAll.immediate(statements);
    });
  return createDatabase({
    syntax: "sqlite",
    run,
    migrate: () => applyMigrations(run, readMigrations()),
    scrubFiles: () => retryWhileLocked(lockTimeoutMs, () => truncateLog(connection)),
    close: async () => void connection.close(),
  });
}

function connect(path: string, lockTimeoutMs: number) {
  if (path !== ":memory:") createPrivately(path);
  const connection = new Sqlite(path, { timeout: lockTimeoutMs });
  connection.pragma("journal_mode = WAL");
  connection.pragma("synchronous = FULL");
  connection.pragma("foreign_keys = ON");
  connection.pragma("secure_delete = ON");
  // better-sqlite3 waits for a lock by blocking the event loop. From here on `retryWhileLocked` waits instead.
  connection.pragma("busy_timeout = 0");
  return connection;
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

/** Repeats synchronous work while another process holds the lock, with pauses in which the event loop runs. */
async function retryWhileLocked<T>(lockTimeoutMs: number, work: () => T): Promise<T> {
  const deadline = performance.now() + lockTimeoutMs;
  for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return work();
    } catch (error) {
      if (!isLocked(error) || performance.now() >= deadline) throw translated(error);
    }
    await sleep(pauseMs * (0.5 + Math.random()));
  }
}

/** The checkpoint fails, and is repeated, while a reader in another process uses the log. */
function truncateLog(connection: Sqlite.Database) {
  const busy = connection.pragma("wal_checkpoint(TRUNCATE)", { simple: true });
  if (busy === 1) throw new Sqlite.SqliteError("the write-ahead log is in use", "SQLITE_BUSY");
}

const isLocked = (error: unknown) =>
  error instanceof Sqlite.SqliteError && /^SQLITE_(BUSY|LOCKED)/.test(error.code);

const unavailable = /^SQLITE_(BUSY|LOCKED|FULL|IOERR|CANTOPEN|READONLY|PROTOCOL|NOMEM)/;

/** A broken constraint or bad SQL is a bug and is thrown as it is. */
const translated = (error: unknown) =>
  error instanceof Sqlite.SqliteError && unavailable.test(error.code)
    ? new StorageFailure(error, "no")
    : error;
