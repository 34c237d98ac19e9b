/** What every database offers to the repositories. */
import { type Compilable, Kysely } from "kysely";
import type { Around } from "../src/platform.ts";
import { engineDialect } from "./dialect.ts";
import type { BatchResult, Engine, Statement } from "./engine.ts";
import { createInspection, type Inspection } from "./inspection.ts";
import type { Schema } from "./schema.ts";

type Connection = {
  /** For single statements. It refuses transactions: statements that belong together go into a batch. */
  readonly kysely: Kysely<Schema>;
  /**
   * Runs the statements in order as one transaction.
   * @returns one result for each statement.
   * @throws {Refusal} `storage_unavailable`. Nothing was applied, unless the connection broke during the commit.
   */
  batch(statements: readonly Compilable[]): Promise<readonly BatchResult[]>;
};

/** The way in for long work, which runs in pieces. */
export type Background = Connection & {
  /** How many statements one run of a background job may send. */
  readonly queriesPerRun: number;
  /** How many rows a statement may delete: so few that a writer who waits for it hardly notices. */
  readonly rowsPerPiece: number;
};

export type Database = Connection & {
  /** On SQLite a connection in a thread of its own: there, a statement stops the event loop until the disk has it. */
  readonly background: Background;
  /**
   * Applies the migrations that are missing. Several instances may call it at the same time.
   * @returns the names of the migrations that this call applied.
   * @throws {OperatorError} on D1 if the tables are missing: there, wrangler applies the migrations.
   */
  migrate(): Promise<readonly string[]>;
  /**
   * Removes deleted data from the database files, where the database does not do that itself: it truncates SQLite's
   * write-ahead log, and does nothing on PostgreSQL and D1.
   * @throws {Refusal} `storage_unavailable` if another process keeps the log in use.
   */
  scrubFiles(): Promise<void>;
  /** @throws {Refusal} `storage_unavailable` unless the database answers. */
  ping(): Promise<void>;
  readonly inspection: Inspection;
  close(): Promise<void>;
};

/** Builds a database on an engine. @param around surrounds each run of statements. Default: nothing does. */
export function createDatabase(given: Engine, around?: Around): Database {
  const engine = around ? observed(given, around) : given;
  const { run, runInBackground = run, queriesPerRun = Number.POSITIVE_INFINITY, rowsPerPiece = 250 } = engine;
  const connection = connect(engine, run);
  return {
    ...connection,
    background: {
      ...(runInBackground === run ? connection : connect(engine, runInBackground)),
      queriesPerRun,
      rowsPerPiece,
    },
    migrate: () => engine.migrate(),
    scrubFiles: () => engine.scrubFiles(),
    close: () => engine.close(),
    inspection: createInspection(engine),
    async ping() {
      await engine.run([{ sql: "select 1", parameters: [] }]);
    },
  };
}

/** Long work in the background is nobody's request, and stays as it is. */
const observed = (engine: Engine, around: Around): Engine => ({
  ...engine,
  run: (statements) => around({ kind: "database", name: nameOf(statements) }, () => engine.run(statements)),
});

/** `insert limits`, or `4 statements`. The text of a statement has no values in it. */
function nameOf(statements: readonly Statement[]): string {
  const [only, ...others] = statements;
  if (!only || others.length > 0) return `${statements.length} statements`;
  const { sql } = only;
  const [verb = "statement"] = /\b(?:insert|update|delete|select)\b/i.exec(sql) ?? [];
  const [, table = ""] = /\b(?:into|update|from) "?(\w+)/i.exec(sql) ?? [];
  return `${verb.toLowerCase()} ${table}`.trim();
}

const connect = (engine: Engine, run: Engine["run"]): Connection => ({
  kysely: new Kysely<Schema>({ dialect: engineDialect({ ...engine, run }) }),
  batch: async (statements) =>
    statements.length === 0 ? [] : run(statements.map((statement) => statement.compile())),
});
