/** A Kysely dialect over an `Engine`: single statements only, so every database behaves the same. */
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

/** @param engine runs what the query builder compiles in the engine's syntax. */
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

/** Kysely would queue statements: behind one that waits for a lock, or on Workers behind a request that is gone. */
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

/** The builder derived `R` from the schema and the engine cannot know it: the one place where it is taken on trust. */
function hasShape<R>(rows: unknown[]): rows is R[] {
  return Array.isArray(rows);
}

function unsupported(): never {
  throw new Error("D1 has no interactive transactions: use Database.batch.");
}
