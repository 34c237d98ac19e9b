/** The one real database, in memory: all instances share it, and each run begins with no rows in it. */
import type { BatchResult, Statement } from "../../db/engine.ts";
import { applyMigrations } from "../../db/migrate.ts";
import { readMigrations } from "../../db/migration-files.ts";
import { connectSqlite } from "../../db/sqlite-connection.ts";

export type Shared = {
  /** Runs all statements in order, as one transaction. */
  run(statements: readonly Statement[]): readonly BatchResult[];
  /** Deletes every row that statements have inserted. */
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

/** Opens one, with all its tables. */
export async function openShared(): Promise<Shared> {
  const connection = connectSqlite({ path: ":memory:", openTimeoutMs: 0, pagesPerCheckpoint: 0 });
  await applyMigrations(async (statements) => connection.run(statements), readMigrations());
  const filled = new Set<string>();
  return {
    run(statements) {
      for (const statement of statements) {
        const table = insertedTable(statement);
        if (table !== undefined) filled.add(table);
      }
      return connection.run(statements);
    },
    empty() {
      connection.run([...filled].map((table) => ({ sql: `delete from "${table}"`, parameters: [] })));
      filled.clear();
    },
    close: () => connection.close(),
  };
}
