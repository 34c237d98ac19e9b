import { sql } from "kysely";
import type { Database } from "./database.ts";
import { compilable } from "./guard.ts";
import { type TableRules, tables } from "./tables.ts";

/**
 * Deletes every row that names a user, in one batch. The user's lease is deleted too: a write that is under way
 * loses its lock and stores nothing. Call `Database.scrubFiles` afterwards to remove what the files still hold.
 * @returns the number of deleted rows.
 * @throws {Refusal} `storage_unavailable`, with nothing deleted.
 */
export async function eraseRows(
  { kysely, batch }: Pick<Database, "kysely" | "batch">,
  userId: string,
): Promise<number> {
  const statements = Object.entries<TableRules>(tables).flatMap(([table, { person }]) => {
    if (person === null) return [];
    const values = sql.join(person.valuesFor(userId));
    return [
      compilable(kysely, sql`delete from ${sql.table(table)} where ${sql.ref(person.column)} in (${values})`),
    ];
  });
  const results = await batch(statements);
  return results.reduce((sum, { affected }) => sum + affected, 0);
}
