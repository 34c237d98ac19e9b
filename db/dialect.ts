/** A Kysely dialect over an `Engine`. It runs single statements only, so all databases behave alike. */
import {
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import type { Engine } from "./engine.ts";

/** @param engine runs the compiled statements; its `syntax` selects the query compiler. */
export function engineDialect(engine: Engine): Dialect {
  const createDriver = () => createEngineDriver(engine);
  return engine.syntax === "sqlite"
    ? {
        createDriver,
        createAdapter: () => new UnqueuedSqliteAdapter(),
        createQueryCompiler: () => new SqliteQueryCompiler(),
        createIntrospector: (kysely) => new SqliteIntrospector(kysely),
      }
    : {
        createDriver,
        createAdapter: () => new PostgresAdapter(),
        createQueryCompiler: () => new PostgresQueryCompiler(),
        createIntrospector: (kysely) => new PostgresIntrospector(kysely),
      };
}

/**
 * Kysely queues the statements of a database with a single connection. A statement would then wait behind one that
 * waits for a lock or, on Workers, behind one whose request has ended.
 */
class UnqueuedSqliteAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

function createEngineDriver(engine: Engine): Driver {
  const connection: DatabaseConnection = {
    async executeQuery<R>({ sql, parameters }: { sql: string; parameters: readonly unknown[] }) {
      const [result] = await engine.run([{ sql, parameters }]);
      const rows = [...(result?.rows ?? [])];
      if (!hasShape<R>(rows)) throw new Error("The database answered without rows.");
      return { rows, numAffectedRows: BigInt(result?.affected ?? 0) };
    },
    streamQuery: unsupported,
  };
  return {
    init: async () => {},
    acquireConnection: async () => connection,
    releaseConnection: async () => {},
    beginTransaction: unsupported,
    commitTransaction: unsupported,
    rollbackTransaction: unsupported,
    destroy: () => engine.close(),
  };
}

/** Kysely derives `R` from the schema, and the engine cannot check it. Only here the type of rows is not checked. */
function hasShape<R>(rows: unknown[]): rows is R[] {
  return Array.isArray(rows);
}

function unsupported(): never {
  throw new Error("D1 has no interactive transactions: use Database.batch.");
}
