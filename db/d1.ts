import { OperatorError } from "../src/operator-error.ts";
import { createDatabase, type Database } from "./database.ts";
import type { BatchResult, Statement } from "./engine.ts";
import { StorageFailure } from "./storage-failure.ts";

type D1Prepared = { bind(...values: unknown[]): D1Prepared };
type D1Outcome = { results: unknown[]; meta: { changes?: number } };

/** The part of Cloudflare's D1 binding that is used here. */
export type D1Binding = {
  prepare(sql: string): D1Prepared;
  batch(statements: D1Prepared[]): Promise<D1Outcome[]>;
};

/** Cloudflare allows 1,000 queries for each time that a Worker is called, and a trigger runs several jobs. */
const queriesPerRun = 400;

/** Opens a D1 binding of a Worker. It holds no connection, so `close` does nothing. */
export function openD1(binding: D1Binding): Database {
  const run = async (statements: readonly Statement[]): Promise<BatchResult[]> => {
    const prepared = statements.map(({ sql, parameters }) => binding.prepare(sql).bind(...parameters));
    try {
      return (await binding.batch(prepared)).map(toResult);
    } catch (error) {
      throw isBug(error) ? error : new StorageFailure(error, "maybe");
    }
  };
  return createDatabase({
    syntax: "sqlite",
    history: "d1_migrations",
    run,
    queriesPerRun,
    migrate: () => requireMigrations(run),
    scrubFiles: async () => {},
    close: async () => {},
  });
}

const toResult = ({ results, meta }: D1Outcome): BatchResult => ({
  rows: results,
  affected: results.length > 0 ? results.length : (meta.changes ?? 0),
});

/** Wrangler applies the migrations, before the Worker is deployed. @throws {OperatorError} if it did not. */
async function requireMigrations(run: (statements: readonly Statement[]) => Promise<unknown>) {
  try {
    await run([{ sql: "select 1 from secrets limit 1", parameters: [] }]);
    return [];
  } catch (error) {
    if (!isBug(error)) throw error;
    throw new OperatorError("The tables are missing. Run: wrangler d1 migrations apply <database>", {
      cause: error,
    });
  }
}

/** D1 distinguishes its errors only by their text. These are mistakes of this program; all others are outages. */
const isBug = (error: unknown) =>
  error instanceof Error &&
  /D1_TYPE_ERROR|D1_COLUMN_NOTFOUND|SQLITE_(CONSTRAINT|ERROR|MISMATCH|RANGE|TOOBIG|AUTH)|constraint failed|no such (table|column)|syntax error/.test(
    error.message,
  );
