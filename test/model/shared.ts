/** The one real database, in memory: all instances share it, and each run begins with no rows in it. */
import type { BatchResult, Statement } from "../../db/engine.ts";
import { applyMigrations } from "../../db/migrate.ts";
import { readMigrations } from "../../db/migration-files.ts";
import { connectSqlite } from "../../db/sqlite-connection.ts";
import { tables } from "../../db/tables.ts";

export type Shared = {
  /** Runs all statements in order, as one transaction. */
  run(statements: readonly Statement[]): readonly BatchResult[];
  /** Deletes every row. */
  empty(): void;
  close(): void;
};

/** The SQL of a run is always the same few hundred statements. */
const insertedInto = new Map<string, string | undefined>();
const insertion = /^\s*insert into "(\w+)"/;

/** @returns the table into which a statement inserts; undefined for one that does not. */
export function insertedTable({ sql }: Statement): string | undefined {
  if (!insertedInto.has(sql)) insertedInto.set(sql, insertion.exec(sql)?.[1]);
  return insertedInto.get(sql);
}

const emptyTables = Object.keys(tables)
  .filter((name) => name !== "schema_migrations")
  .map((name) => ({ sql: `delete from "${name}"`, parameters: [] }));

/** Opens one, with all its tables. */
export async function openShared(): Promise<Shared> {
  const connection = connectSqlite({ path: ":memory:", openTimeoutMs: 0, pagesPerCheckpoint: 0 });
  await applyMigrations(async (statements) => connection.run(statements), readMigrations());
  return {
    run: (statements) => connection.run(statements),
    empty: () => void connection.run(emptyTables),
    close: () => connection.close(),
  };
}
