import Sqlite from "better-sqlite3";
import type { Around } from "../src/platform.ts";
import { sleep } from "../src/sleep.ts";
import { createDatabase, type Database } from "./database.ts";
import type { Engine, Statement } from "./engine.ts";
import { applyMigrations } from "./migrate.ts";
import { readMigrations } from "./migration-files.ts";
import { createSqliteBackground } from "./sqlite-background.ts";
import { connectSqlite } from "./sqlite-connection.ts";
import { shareCommits } from "./sqlite-shared-commits.ts";
import { StorageFailure } from "./storage-failure.ts";

export type SqliteOptions = {
  /** The longest wait for the write lock of another process. Default: 5 s. */
  lockTimeoutMs?: number;
  around?: Around | undefined;
};

const longestPauseMs = 50;

/** Each row lies on two or three pages, which a piece writes while it holds the lock: some milliseconds in all. */
const rowsPerPiece = 100;

/** After so many writes the background thread copies the log into the file. A request would wait for the disk. */
const writesPerCheckpoint = 100;
const pagesPerCheckpoint = {
  /** 1 MB: while more goes to the disk at once, a request that writes waits longer for it. */
  background: 250,
  /** 80 MB: a request does it only if the background thread does not. */
  requests: 20_000,
};

/**
 * Opens a SQLite file. Several processes of one machine may open it at the same time.
 * @param path a file, or `:memory:`. A missing file or folder is created, readable by its owner only.
 * @throws {Error} of the file system or of SQLite if the file cannot be opened.
 */
export function openSqlite(path: string, { lockTimeoutMs = 5_000, around }: SqliteOptions = {}): Database {
  const settings = { path, openTimeoutMs: lockTimeoutMs };
  const connection = connectSqlite({ ...settings, pagesPerCheckpoint: pagesPerCheckpoint.requests });
  /** The piece that the background thread works at, if any. It may hold the lock. */
  let piece: Promise<unknown> | undefined;
  const retry = <T>(work: () => T | Promise<T>) => retryWhileLocked(lockTimeoutMs, work, () => piece);
  const run = (statements: readonly Statement[]) => retry(() => connection.run(statements));
  const migrate = () => applyMigrations(run, readMigrations());
  if (path === ":memory:") {
    const close = async () => connection.close();
    return createDatabase({ syntax: "sqlite", run, migrate, scrubFiles: async () => {}, close }, around);
  }
  const background = createSqliteBackground({
    ...settings,
    pagesPerCheckpoint: pagesPerCheckpoint.background,
  });
  const runPiece = async (statements: readonly Statement[]) => {
    const answered = background.ask({ kind: "run", statements });
    const ended = answered.then(
      () => {},
      () => {},
    );
    piece = ended;
    try {
      return await answered;
    } finally {
      if (piece === ended) piece = undefined;
    }
  };
  const write = shareCommits(connection, retry, translated);
  let checkpointAt = writesPerCheckpoint;
  const engine: Engine = {
    syntax: "sqlite",
    async run(statements) {
      const results = await retry(() =>
        connection.isRead(statements) ? connection.run(statements) : write(statements),
      );
      if (connection.writes() >= checkpointAt) {
        checkpointAt = connection.writes() + writesPerCheckpoint;
        // One that fails, on a full disk for example, is made up for by a later one.
        background.ask({ kind: "checkpoint" }).catch(() => {});
      }
      return results;
    },
    runInBackground: (statements) => retry(() => runPiece(statements)),
    rowsPerPiece,
    migrate,
    scrubFiles: async () => void (await retry(() => background.ask({ kind: "truncate" }))),
    async close() {
      await background.close();
      connection.close();
    },
  };
  return createDatabase(engine, around);
}

/**
 * Repeats work after another connection has held the lock, with pauses in which the event loop runs.
 * @param holder what may hold the lock in this process; a pause ends with it, so that people come before its next piece.
 */
async function retryWhileLocked<T>(
  lockTimeoutMs: number,
  work: () => T | Promise<T>,
  holder: () => Promise<unknown> | undefined,
): Promise<T> {
  const deadline = performance.now() + lockTimeoutMs;
  for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return await work();
    } catch (error) {
      if (!isLocked(error) || performance.now() >= deadline) throw translated(error);
    }
    const held = holder();
    const paused = sleep(pauseMs * (0.5 + Math.random()));
    await (held ? Promise.race([held, paused]) : paused);
  }
}

const isLocked = (error: unknown) =>
  error instanceof Sqlite.SqliteError && /^SQLITE_(BUSY|LOCKED)/.test(error.code);

const unavailable = /^SQLITE_(BUSY|LOCKED|FULL|IOERR|CANTOPEN|READONLY|PROTOCOL|NOMEM)/;

/** A broken constraint or bad SQL is a bug and is thrown as it is. */
const translated = (error: unknown) =>
  error instanceof Sqlite.SqliteError && unavailable.test(error.code)
    ? new StorageFailure(error, "no")
    : error;
