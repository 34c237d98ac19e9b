/** Puts one SQLite file in the place of another, with what must not be lost of the other. */
import { existsSync, linkSync, renameSync, rmSync } from "node:fs";
import Sqlite from "better-sqlite3";
import { OperatorError } from "../src/operator-error.ts";
import type { Schema } from "./schema.ts";
import { syncToDisk } from "./sqlite-copy.ts";
import { type TableRules, tables } from "./tables.ts";

type Table = keyof Schema;

/**
 * What a restored database has of each table: the rows of the copy; those and the ones of the present, which protect
 * people whatever the age of the copy; or none, because what was ended or used up since would be valid again.
 */
const afterRestore = {
  schema_migrations: "copy",
  leases: "copy",
  vault: "copy",
  journal: "copy",
  credential_epochs: "copy",
  revocations: "copy",
  endings: "copy",
  sessions: "none",
  logto_sessions: "present too",
  lockouts: "present too",
  used_once: "present too",
  medusa_sign_ins: "none",
  medusa_sessions: "none",
  tombstones: "present too",
  verification_records: "none",
  identifier_proofs: "none",
  verification_codes: "none",
  limits: "present too",
  activity: "copy",
  activity_heads: "copy",
  idempotency: "copy",
  canaries: "copy",
  secrets: "copy",
  shared_tokens: "none",
  page_states: "copy",
  notices: "present too",
  muted_notices: "copy",
  known_browsers: "present too",
  avatars: "copy",
  // A link that was used since, or that an older address has overruled, would work again.
  former_values: "none",
  // Whoever has cancelled since keeps their account.
  deletions: "none",
  deletion_receipts: "present too",
} as const satisfies { [Each in Table]: "copy" | "present too" | "none" };

const tablesWith = (rule: (typeof afterRestore)[Table]): string[] =>
  Object.entries(afterRestore).flatMap(([table, each]) => (each === rule ? [table] : []));

/** The database at hand, which no other process uses from now on. */
export type CurrentDatabase = {
  /**
   * Copies what is of the present into a file.
   * @returns who has business fields there and none here; undefined if this database is damaged.
   */
  handOver(staged: string): string[] | undefined;
  close(): void;
};

/**
 * Takes the database at hand, so that no service starts on it meanwhile.
 * @returns undefined if there is none, or it is damaged so that nothing can be read of it.
 * @throws {OperatorError} if another process uses it; nothing has changed then.
 */
export function takeCurrent(path: string): CurrentDatabase | undefined {
  if (!existsSync(path)) return undefined;
  const connection = new Sqlite(path, { fileMustExist: true, timeout: 0 });
  try {
    // Only the last connection can leave the write-ahead log.
    connection.pragma("journal_mode = DELETE");
    connection.pragma("main.locking_mode = EXCLUSIVE");
    connection.exec("begin exclusive; commit");
  } catch (error) {
    connection.close();
    if (isDamage(error)) return undefined;
    if (!(error instanceof Sqlite.SqliteError)) throw error;
    throw new OperatorError(
      `${path} is in use (${error.code}): stop the service first. Nothing was changed.`,
    );
  }
  return {
    handOver(staged) {
      try {
        return handOver(connection, staged);
      } catch (error) {
        if (isDamage(error)) return undefined;
        throw error;
      }
    },
    close: () => void connection.close(),
  };
}

const isDamage = (error: unknown) =>
  error instanceof Sqlite.SqliteError && /^SQLITE_(CORRUPT|NOTADB)/.test(error.code);

function handOver(connection: Sqlite.Database, staged: string): string[] {
  connection.prepare("attach ? as staged").run(staged);
  try {
    for (const table of tablesWith("present too")) {
      const columns = columnsIn(connection, "main", table).filter((column) =>
        columnsIn(connection, "staged", table).includes(column),
      );
      if (columns.length === 0) continue;
      connection.exec(
        `insert or replace into staged.${table} (${columns}) select ${columns} from main.${table}`,
      );
    }
    if (columnsIn(connection, "main", "vault").length === 0) return [];
    return connection
      .prepare<[], string>("select user_id from staged.vault except select user_id from main.vault")
      .pluck()
      .all();
  } finally {
    connection.exec("detach staged");
  }
}

const columnsIn = (connection: Sqlite.Database, schema: string, table: string) =>
  connection
    .prepare<[string, string], string>("select name from pragma_table_info(?, ?)")
    .pluck()
    .all(table, schema);

/**
 * Ends the sessions and proofs of a copy, and gives its documents new versions: a page that was read after the copy was
 * made must not pass as current.
 * @param now epoch milliseconds.
 * @returns the number of sessions that ended, of browsers and of Medusa's clients.
 */
export function startAnew(staged: string, now: number): number {
  const connection = new Sqlite(staged, { fileMustExist: true });
  try {
    connection.pragma("secure_delete = ON");
    return connection.transaction(() => {
      connection.prepare("update vault set version = max(version + 1, ?)").run(now);
      let ended = 0;
      for (const table of tablesWith("none")) {
        const { changes } = connection.prepare(`delete from ${table}`).run();
        if (/^(sessions|medusa_sessions)$/.test(table)) ended += changes;
      }
      return ended;
    })();
  } finally {
    connection.close();
  }
}

/** @returns every user id that a file names, in any table. */
export function peopleIn(path: string): string[] {
  const connection = new Sqlite(path, { fileMustExist: true });
  try {
    const selects = Object.entries<TableRules>(tables)
      .filter(([, { person }]) => person?.column === "user_id")
      .map(([table]) => `select user_id from ${table}`);
    return connection.prepare<[], string>(selects.join(" union ")).pluck().all();
  } finally {
    connection.close();
  }
}

/**
 * Puts a file in the place of the database and keeps the one that was there.
 * @param now epoch milliseconds, for the name of that one.
 * @returns where it is kept; null if there was none.
 */
export function replaceSqlite(staged: string, path: string, now: number): string | null {
  const aside = existsSync(path) ? `${path}.before-restore-${now}` : null;
  if (aside !== null) {
    linkSync(path, aside);
    // A log belongs to the file beside which it was written; one is left only by a file that cannot be opened.
    if (existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${aside}-wal`);
    rmSync(`${path}-shm`, { force: true });
  }
  renameSync(staged, path);
  syncToDisk(path);
  return aside;
}
