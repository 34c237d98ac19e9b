import { sql } from "kysely";
import type { Database } from "./database.ts";
import { compilable } from "./guard.ts";
import { type TableRules, tables } from "./tables.ts";

/**
 * Deletes the expired rows of every table, in one batch.
 * @param now epoch milliseconds.
 * @returns the number of deleted rows.
 * @throws {Refusal} `storage_unavailable`, with nothing deleted.
 */
export async function purgeExpired(
  { kysely, batch }: Pick<Database, "kysely" | "batch">,
  now: number,
): Promise<number> {
  const statements = Object.entries<TableRules>(tables).flatMap(([table, { expiry }]) => {
    if (expiry === null) return [];
    const { columns, keptMs } = expiry;
    const passed = columns.map((column) => sql`${sql.ref(column)} <= ${now - keptMs}`);
    return [compilable(kysely, sql`delete from ${sql.table(table)} where ${sql.join(passed, sql` and `)}`)];
  });
  const results = await batch(statements);
  return results.reduce((sum, { affected }) => sum + affected, 0);
}
