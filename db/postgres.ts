import pg from "pg";
import { sleep } from "../src/sleep.ts";
import { createDatabase, type Database } from "./database.ts";
import type { BatchResult, Statement } from "./engine.ts";
import { applyMigrations } from "./migrate.ts";
import { readMigrations } from "./migration-files.ts";
import { storageUnavailable } from "./storage-failure.ts";

export type PostgresOptions = {
  /** Connections this instance may hold; 10 by default. */
  max?: number;
};

/** An outage is told within two seconds: the first is the wait for a connection, the others for an answer. */
const connectMs = 1_000;
const statementMs = 1_500;
const answerMs = 1_900;

const conflictRetries = 5;
/** Any number that no other program's advisory lock on this database uses. */
const migrationLock = 7_361_912_004;

/** BIGINT and count(*) arrive as text, since they may exceed 2^53; ours do not. */
const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.INT8, Number);

/**
 * Connects to PostgreSQL when first needed, and again after every outage.
 * @param url `postgres://…`; `sslmode` and the like are its query parameters.
 */
export function openPostgres(url: string, { max = 10 }: PostgresOptions = {}): Database {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: "profile-bff",
    max,
    types,
    pipeline: true,
    keepAlive: true,
    connectionTimeoutMillis: connectMs,
    statement_timeout: statementMs,
    query_timeout: answerMs,
    idle_in_transaction_session_timeout: answerMs,
  });
  // A connection that breaks, idle or at work, is replaced when the next one is needed and fails whoever uses it:
  // its event says nothing more, but unheard it would end the process.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  return createDatabase({
    syntax: "postgres",
    run: (statements) => retryOnConflict(() => runOnce(pool, statements)),
    migrate: () => migrate(url),
    scrubFiles: async () => {},
    close: () => pool.end(),
  });
}

async function runOnce(pool: pg.Pool, statements: readonly Statement[]): Promise<BatchResult[]> {
  const client = await pool.connect();
  try {
    const [only, ...others] = statements;
    const results =
      only && others.length === 0 ? [await query(client, only)] : await inTransaction(client, statements);
    client.release();
    return results;
  } catch (error) {
    // After a server's own error the connection is sound; after any other its state is unknown.
    client.release(!(error instanceof pg.DatabaseError));
    throw error;
  }
}

/**
 * Sends everything at once. Repeatable read makes the batch see one moment: a lease that is taken over
 * while it runs makes it fail as a conflict, instead of applying only the statements before that.
 */
async function inTransaction(client: pg.ClientBase, statements: readonly Statement[]) {
  const begun = client.query("begin isolation level repeatable read");
  const results = statements.map((statement) => query(client, statement));
  const committed = client.query("commit");
  const settled = await Promise.allSettled([begun, ...results, committed]);
  // The first failure is the cause; those after it only say that the transaction was aborted.
  const failed = settled.find((outcome) => outcome.status === "rejected");
  if (failed) throw failed.reason;
  return Promise.all(results);
}

async function query(client: pg.ClientBase, { sql, parameters }: Statement): Promise<BatchResult> {
  const { rows, rowCount } = await client.query<Record<string, unknown>>(sql, [...parameters]);
  return { rows, affected: rowCount ?? 0 };
}

/** Serialization failures and deadlocks mean that nothing happened and that a repeat may succeed. */
async function retryOnConflict<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isConflict(error) || attempt > conflictRetries) throw translated(error);
    }
    await sleep(attempt * 5 * (0.5 + Math.random()));
  }
}

/** On a connection of its own, which may take its time; the other instances wait for its lock. */
async function migrate(url: string) {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    types,
    pipeline: true,
  });
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query(`select pg_advisory_lock(${migrationLock})`);
    return await applyMigrations((statements) => inTransaction(client, statements), readMigrations());
  } catch (error) {
    throw translated(error);
  } finally {
    await client.end();
  }
}

const isConflict = (error: unknown) =>
  error instanceof pg.DatabaseError && (error.code === "40001" || error.code === "40P01");

/**
 * Classes of SQLSTATE that a caller cannot cause: connection, credentials, missing database, conflict,
 * resources, limits, locks and timeouts, system, and a server that has become a read-only standby (25006).
 */
const unavailable = /^(08|28|3D|40|53|54|55P03|57|58|25006)/;

/** A broken constraint or bad SQL is a bug and stays one; what the server did not say itself is the connection's failure. */
function translated(error: unknown) {
  if (!(error instanceof pg.DatabaseError)) return storageUnavailable(error);
  return unavailable.test(error.code ?? "") ? storageUnavailable(error) : error;
}
