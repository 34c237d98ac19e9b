/** What an operator asks of a database, beside what the service asks. Nothing stays changed. */
import type { Engine } from "./engine.ts";

export type Inspection = {
  /** @returns its clock, in epoch milliseconds. */
  clock(): Promise<number>;
  /** @returns those of the migrations that were not applied. */
  missing(migrations: readonly string[]): Promise<string[]>;
  /** Writes a row and deletes it in one transaction. @throws {Refusal} `storage_unavailable` if it takes no writes. */
  proveWritable(): Promise<void>;
};

const clocks: Record<Engine["syntax"], string> = {
  sqlite: "select cast((julianday('now') - 2440587.5) * 86400000 as integer) as value",
  postgres: "select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as value",
};

const tablesNamed: Record<Engine["syntax"], (name: string) => string> = {
  sqlite: (name) => `select name as value from sqlite_master where type = 'table' and name = '${name}'`,
  postgres: (name) => `select 1 as value where to_regclass('${name}') is not null`,
};

export function createInspection({ run, syntax, history = "schema_migrations" }: Engine): Inspection {
  const values = async (sql: string) => {
    const [result] = await run([{ sql, parameters: [] }]);
    return rowsWithValue(result?.rows ?? []);
  };
  return {
    clock: async () => Number((await values(clocks[syntax]))[0]),
    async missing(migrations) {
      const applied = await values(`select name as value from ${history}`).catch(
        async (error): Promise<unknown[]> => {
          if ((await values(tablesNamed[syntax](history))).length > 0) throw error;
          return [];
        },
      );
      return migrations.filter((name) => !applied.includes(name));
    },
    async proveWritable() {
      const id = `doctor ${crypto.randomUUID()}`;
      await run([
        { sql: `insert into used_once (id, expires_at) values ('${id}', 0)`, parameters: [] },
        { sql: `delete from used_once where id = '${id}'`, parameters: [] },
      ]);
    },
  };
}

const rowsWithValue = (rows: readonly unknown[]): unknown[] =>
  rows.map((row) => (typeof row === "object" && row !== null && "value" in row ? row.value : undefined));
