/** The way from an instance to the database that all instances share; what was stored is noted with who stored it. */
import { createDatabase, type Database } from "../../db/database.ts";
import type { BatchResult, Statement } from "../../db/engine.ts";
import { StorageFailure } from "../../db/storage-failure.ts";
import type { Luck } from "./luck.ts";
import { insertedTable, type Shared } from "./shared.ts";
import type { Stage } from "./stage.ts";
import { before } from "./task.ts";
import { contentOf, isSealed } from "./vault.ts";

/** A row that took effect. */
export type StoredRow = { moment: number; task: string; table: string; values: readonly unknown[] };

export type StorageOptions = {
  stage: Stage;
  shared: Shared;
  luck: Luck;
  /** How likely something happens to a statement. */
  trouble: number;
  onStored(row: StoredRow): void;
  /** The answer of a commit was lost, or the commit itself. */
  onDoubt(): void;
};

/** What may happen to a batch. `late`: the connection broke, and the server commits a little later. */
type Fate = "arrives" | "refused" | "lost" | "answer_lost" | "late";
const troubles = ["refused", "refused", "lost", "answer_lost", "answer_lost", "late"] as const;

const broken = () => new StorageFailure(new Error("the connection broke"), "maybe");

/** @returns the database of every instance. */
export function createStorage(options: StorageOptions): Database {
  return createDatabase({
    syntax: "sqlite",
    run: (statements) => run(options, statements),
    migrate: async () => [],
    scrubFiles: async () => {},
    close: async () => {},
  });
}

async function run(options: StorageOptions, statements: readonly Statement[]) {
  const { stage, luck, trouble, onDoubt } = options;
  const label = labelOf(statements);
  const fate: Fate = stage.isSmooth() || !luck.chance(trouble) ? "arrives" : luck.pick(troubles);
  await stage.turn(fate === "arrives" ? label : `${label} (${fate})`);
  if (stage.actor()?.instance.alive === false && luck.chance(0.5)) await stage.whileAwake();
  if (fate === "refused") throw new StorageFailure(new Error("the database is locked"), "no");
  if (fate !== "arrives") onDoubt();
  if (fate === "late")
    void stage
      .turn(`${label}, late`)
      .then(() => apply(options, statements))
      .catch(unlessOvertaken);
  if (fate === "late" || fate === "lost") throw broken();
  const results = apply(options, statements);
  await stage.whileAwake();
  if (luck.chance(0.2)) await stage.turn(`${label}: answer`);
  await stage.whileAwake();
  if (fate === "answer_lost") throw broken();
  return results;
}

/** A late batch with an entry of the activity fails if another entry was first, and nobody hears of it. */
function unlessOvertaken(error: unknown) {
  if (!String(error).includes("activity_heads")) throw error;
}

function apply({ shared, stage, onStored }: StorageOptions, statements: readonly Statement[]) {
  const results = shared.run(statements);
  noteRows(stage, statements, results, onStored);
  return results;
}

function noteRows(
  stage: Stage,
  statements: readonly Statement[],
  results: readonly BatchResult[],
  onStored: StorageOptions["onStored"],
) {
  const task = stage.actor()?.task ?? before;
  for (const [index, statement] of statements.entries()) {
    const table = insertedTable(statement);
    if (table === undefined || (results[index]?.affected ?? 0) === 0) continue;
    onStored({ moment: stage.moment(), task, table, values: statement.parameters.map(opened) });
  }
}

const opened = (value: unknown) => (isSealed(value) ? contentOf(value) : value);

const clause = /^\s*(?:(insert into|update)|(delete|select)\b[\s\S]*?\bfrom)\s+"?(\w+)/;

/** Short names of statements, for the trace. */
const labels = new Map<string, string>();

function labelOf(statements: readonly Statement[]): string {
  return statements
    .map(({ sql }) => {
      const label = labels.get(sql) ?? clause.exec(sql)?.slice(1).filter(Boolean).join(" ") ?? "sql";
      labels.set(sql, label);
      return label;
    })
    .join(" + ");
}
