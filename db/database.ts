/** What every database offers to the repositories; a dialect supplies an `Engine`, nothing more. */
import { type Compilable, Kysely } from "kysely";
import { engineDialect } from "./dialect.ts";
import type { BatchResult, Engine } from "./engine.ts";
import type { Schema } from "./tables.ts";

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
  scrubFiles(): Promise<void>;
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
    scrubFiles: () => engine.scrubFiles(),
    close: () => engine.close(),
    async ping() {
      await engine.run([{ sql: "select 1", parameters: [] }]);
    },
  };
}
