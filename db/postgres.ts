import pg from "pg";
import type { Around } from "../src/platform.ts";
import { sleep } from "../src/sleep.ts";
import { createDatabase, type Database } from "./database.ts";
import type { BatchResult, Engine, Statement } from "./engine.ts";
import { applyMigrations } from "./migrate.ts";
import { readMigrations } from "./migration-files.ts";
import { StorageFailure } from "./storage-failure.ts";

/** Waits of a connection, in milliseconds. */
type PostgresTimeouts = {
  /** The longest wait for a free connection. */
  connectMs: number;
  /** The longest run of a statement, by the server's clock. */
  statementMs: number;
  /** The longest wait for an answer, by our clock. */
  answerMs: number;
};

export type PostgresOptions = {
  /** The most connections that this instance opens. Default: 10. */
  max?: number;
  /** Default: an outage is noticed within two seconds. */
  timeouts?: PostgresTimeouts;
  around?: Around | undefined;
};

const productionTimeouts: PostgresTimeouts = { connectMs: 1_000, statementMs: 1_500, answerMs: 1_900 };

const conflictRetries = 5;
/** The number of the advisory lock; no other program may use it on this database. */
const migrationLock = 7_361_912_004;

/** The driver returns BIGINT and count(*) as text, because they may exceed 2^53. Here they never do. */
const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.INT8, Number);

/**
 * Opens PostgreSQL. It connects when the first statement runs, and again after an outage.
 * @param url `postgres://…`, with settings such as `sslmode` as query parameters.
 */
export function openPostgres(
  url: string,
  { max = 10, timeouts = productionTimeouts, around }: PostgresOptions = {},
): Database {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: "profile-bff",
    max,
    types,
    pipeline: true,
    keepAlive: true,
    connectionTimeoutMillis: timeouts.connectMs,
    statement_timeout: timeouts.statementMs,
    query_timeout: timeouts.answerMs,
    idle_in_transaction_session_timeout: timeouts.answerMs,
  });
  // The pool replaces a broken connection, and the statement that used it fails. The event adds nothing to that,
  // but without a listener it would end the process.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  const engine: Engine = {
    syntax: "postgres",
    run: (statements) => retryOnConflict(() => runOnce(pool, statements)),
    migrate: () => migrate(url),
    scrubFiles: async () => {},
    close: () => pool.end(),
  };
  return createDatabase(engine, around);
}

async function runOnce(pool: pg.Pool, statements: readonly Statement[]): Promise<BatchResult[]> {
  const client = await connect(pool);
  try {
    const [only, ...others] = statements;
    const results =
      only && others.length === 0 ? [await query(client, only)] : await inTransaction(client, statements);
    client.release();
    return results;
  } catch (error) {
    // After an error that the server reported, the connection can be used again; after any other its state is unknown.
    client.release(!(error instanceof pg.DatabaseError));
    throw error;
  }
}

/** A connection that never came to be carried no statement. */
async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw error instanceof pg.DatabaseError ? error : new StorageFailure(error, "no");
  }
}

/**
 * Sends all statements at once. Under repeatable read they all see the same data. If a lease is taken over while the
 * batch runs, the batch fails as a conflict; it does not apply only the statements before the takeover.
 */
async function inTransaction(client: pg.ClientBase, statements: readonly Statement[]) {
  const begun = client.query("begin isolation level repeatable read");
  const results = statements.map((statement) => query(client, statement));
  const committed = client.query("commit");
  const settled = await Promise.allSettled([begun, ...results, committed]);
  // The first failure is the cause. The later ones only report that the transaction was aborted.
  const failed = settled.find((outcome) => outcome.status === "rejected");
  if (failed) throw failed.reason;
  return Promise.all(results);
}

async function query(client: pg.ClientBase, { sql, parameters }: Statement): Promise<BatchResult> {
  const { rows, rowCount } = await client.query<Record<string, unknown>>(sql, [...parameters]);
  return { rows, affected: rowCount ?? 0 };
}

/** Repeats work after a serialization failure or a deadlock: nothing was applied, and a repeat may succeed. */
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

/** Migrates on a connection without time limits. Other instances wait for its advisory lock. */
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
 * The SQLSTATE classes of an outage: connection (08), credentials (28), missing database (3D), conflict (40),
 * resources (53), program limits (54), lock not available (55P03), operator intervention and timeouts (57), system (58),
 * and a server that has become a read-only standby (25006).
 */
const unavailable = /^(08|28|3D|40|53|54|55P03|57|58|25006)/;

/** An error that the server did not report is an outage. A broken constraint or bad SQL is a bug. */
function translated(error: unknown) {
  if (error instanceof StorageFailure) return error;
  if (!(error instanceof pg.DatabaseError)) return new StorageFailure(error, "maybe");
  return unavailable.test(error.code ?? "") ? new StorageFailure(error, "no") : error;
}
