import type { Engine } from "./engine.ts";

/** One file of `db/migrations`. */
export type Migration = { name: string; sql: string };

const createHistory =
  "create table if not exists schema_migrations (name text not null primary key, applied_at bigint not null)";

/**
 * Applies the migrations that are missing, each with its history row in one batch. If two instances apply the same
 * migration, the primary key of the history makes one of them fail, which then continues with the next migration.
 * @param run see `Engine`.
 * @returns the names of the migrations that this call applied.
 */
export async function applyMigrations(run: Engine["run"], migrations: readonly Migration[]) {
  const applied: string[] = [];
  await run([{ sql: createHistory, parameters: [] }]);
  for (const migration of migrations) {
    if (await isApplied(run, migration)) continue;
    try {
      await run([
        { sql: `insert into schema_migrations values ('${migration.name}', ${Date.now()})`, parameters: [] },
        ...statementsOf(migration),
      ]);
      applied.push(migration.name);
    } catch (error) {
      if (!(await isApplied(run, migration))) throw error;
    }
  }
  return applied;
}

async function isApplied(run: Engine["run"], { name }: Migration) {
  const sql = `select name from schema_migrations where name = '${name}'`;
  const [result] = await run([{ sql, parameters: [] }]);
  return result?.rows.length === 1;
}

const statementsOf = ({ sql }: Migration) =>
  sql
    .split(/;\s*$/m)
    .map((statement) => statement.replace(/^\s*--.*$/gm, "").trim())
    .filter(Boolean)
    .map((statement) => ({ sql: statement, parameters: [] }));
