/** A database that tells which statements were sent to it. */
import { CompiledQuery } from "kysely";
import { createDatabase, type Database } from "../../db/database.ts";
import type { Statement } from "../../db/engine.ts";

export type Sent = Statement & { affected: number };

export type RecordedDatabase = Database & {
  /** Every statement that was answered, in order. */
  readonly sent: readonly Sent[];
  /** How often the database was asked, with one statement or with several. */
  roundTrips(): number;
  /** Calls back after each answer. */
  onSend(listener: () => void): void;
};

/** Passes everything on to a database. @param syntax the database's. */
export function recordStatements(database: Database, syntax: "sqlite" | "postgres"): RecordedDatabase {
  const sent: Sent[] = [];
  const listeners: (() => void)[] = [];
  let roundTrips = 0;
  const through = (connection: Pick<Database, "batch">) => async (statements: readonly Statement[]) => {
    const compiled = statements.map(({ sql, parameters }) => CompiledQuery.raw(sql, [...parameters]));
    const results = await connection.batch(compiled.map((query) => ({ compile: () => query })));
    roundTrips += 1;
    sent.push(
      ...statements.map((statement, index) => ({ ...statement, affected: results[index]?.affected ?? 0 })),
    );
    for (const listener of listeners) listener();
    return results;
  };
  const recorded = createDatabase({
    syntax,
    run: through(database),
    runInBackground: through(database.background),
    queriesPerRun: database.background.queriesPerRun,
    rowsPerPiece: database.background.rowsPerPiece,
    migrate: () => database.migrate(),
    scrubFiles: () => database.scrubFiles(),
    close: () => database.close(),
  });
  return {
    ...recorded,
    sent,
    roundTrips: () => roundTrips,
    onSend: (listener) => void listeners.push(listener),
  };
}
