/** What every database offers to the repositories; a dialect supplies an `Engine`, nothing more. */
import { type Compilable, Kysely } from "kysely";
import { engineDialect } from "./dialect.ts";
import type { Schema } from "./tables.ts";

/** SQL in the engine's own placeholder syntax. */
export type Statement = { readonly sql: string; readonly parameters: readonly unknown[] };

/** `affected` counts the rows written, or returned by a RETURNING clause. */
export type BatchResult = { readonly rows: readonly unknown[]; readonly affected: number };

/** The four things in which the databases differ. Each throws `Refusal("storage_unavailable")` when it cannot be reached. */
export type Engine = {
  readonly syntax: "sqlite" | "postgres";
  /** All of the statements, in order, or none of them. */
  run(statements: readonly Statement[]): Promise<readonly BatchResult[]>;
  migrate(): Promise<readonly string[]>;
  wipe(): Promise<void>;
  close(): Promise<void>;
};

export type Database = {
  /** For single statements. Transactions are refused: what belongs together is a batch. */
  readonly kysely: Kysely<Schema>;
  /**
   * Runs the statements in order as one transaction.
   * @throws {Refusal} `storage_unavailable`; nothing was applied unless the connection broke during the commit.
   */
  batch(statements: readonly Compilable[]): Promise<readonly BatchResult[]>;
  /**
   * Brings the tables up to date; safe to call from several instances at once.
   * @returns the names of the migrations that this call applied.
   * @throws {Error} on D1, where wrangler applies migrations, if they are not applied.
   */
  migrate(): Promise<readonly string[]>;
  /** Makes erased data unrecoverable from the files where the database leaves that to us (SQLite's write-ahead log). */
  wipe(): Promise<void>;
  /** @throws {Refusal} `storage_unavailable` unless the database answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
};

/** Puts the query builder and batches on top of an engine. */
export function createDatabase(engine: Engine): Database {
  return {
    kysely: new Kysely<Schema>({ dialect: engineDialect(engine) }),
    batch: async (statements) =>
      statements.length === 0 ? [] : engine.run(statements.map((statement) => statement.compile())),
    migrate: () => engine.migrate(),
    wipe: () => engine.wipe(),
    close: () => engine.close(),
    async ping() {
      await engine.run([{ sql: "select 1", parameters: [] }]);
    },
  };
}
