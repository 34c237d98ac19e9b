/** The interface that each database implements. */

/** SQL in the engine's own placeholder syntax. */
export type Statement = { readonly sql: string; readonly parameters: readonly unknown[] };

/** `affected` is the number of rows that were written, or returned by a RETURNING clause. */
export type BatchResult = { readonly rows: readonly unknown[]; readonly affected: number };

/** Each function throws `Refusal("storage_unavailable")` if the database cannot be used. See also `Database`. */
export type Engine = {
  readonly syntax: "sqlite" | "postgres";
  /** Runs all statements in order, as one transaction if there are several. */
  run(statements: readonly Statement[]): Promise<readonly BatchResult[]>;
  /** As `run`, for long work. Default: `run`. */
  runInBackground?(statements: readonly Statement[]): Promise<readonly BatchResult[]>;
  /** How many statements one run of a background job may send. Default: as many as it likes. */
  readonly queriesPerRun?: number;
  /** How many rows a statement of a background job may delete. Default: 250, on PostgreSQL a few milliseconds. */
  readonly rowsPerPiece?: number;
  /** The table that names the applied migrations. Default: `schema_migrations`, which our own `migrate` keeps. */
  readonly history?: "schema_migrations" | "d1_migrations";
  migrate(): Promise<readonly string[]>;
  scrubFiles(): Promise<void>;
  close(): Promise<void>;
};
