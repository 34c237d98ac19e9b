/** The four functions in which the databases differ; each database supplies one `Engine` and nothing more. */

/** SQL in the engine's own placeholder syntax. */
export type Statement = { readonly sql: string; readonly parameters: readonly unknown[] };

/** `affected` counts the rows written, or returned by a RETURNING clause. */
export type BatchResult = { readonly rows: readonly unknown[]; readonly affected: number };

/** Each function throws `Refusal("storage_unavailable")` when it cannot be reached. */
export type Engine = {
  readonly syntax: "sqlite" | "postgres";
  /** All of the statements, in order, or none of them. */
  run(statements: readonly Statement[]): Promise<readonly BatchResult[]>;
  migrate(): Promise<readonly string[]>;
  scrubFiles(): Promise<void>;
  close(): Promise<void>;
};
