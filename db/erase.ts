import { sql } from "kysely";
import type { Database } from "./database.ts";
import type { BatchResult } from "./engine.ts";
import { compilable } from "./guard.ts";
import { deletePiece, runPiece } from "./pieces.ts";
import { type TableRules, tables } from "./tables.ts";

/** `onPiece` is called after each batch with the number of rows that are deleted so far. */
export type EraseOptions = { onPiece?(erased: number): void };

/**
 * Deletes every row that names a user, in batches that take a piece of each table, until none is left. The user's lease
 * goes with the first batch: a write that is under way loses its lock and stores nothing. What asks for the erasure goes
 * with the last. Call `Database.scrubFiles` afterwards to remove what the files still hold.
 * @returns the number of deleted rows.
 * @throws {Refusal} `storage_unavailable`. What earlier batches deleted stays deleted; repeat it for the rest.
 */
export async function eraseRows(
  { background }: Pick<Database, "background">,
  userId: string,
  { onPiece }: EraseOptions = {},
): Promise<number> {
  let erased = 0;
  for (const isLast of [false, true]) {
    for (let left = piecesFor(userId, background.rowsPerPiece, isLast); left.length > 0; ) {
      const batch = () => background.batch(left.map((piece) => compilable(background.kysely, piece)));
      const results = await runPiece(batch, (outcomes) => outcomes.every(isEmpty));
      erased += results.reduce((sum, { affected }) => sum + affected, 0);
      left = left.filter((_piece, index) => !isEmpty(results[index]));
      onPiece?.(erased);
    }
  }
  return erased;
}

/** A piece that is not full is not the last: a purge may have deleted a part of it. */
const isEmpty = (result: BatchResult | undefined) => !result?.affected;

const piecesFor = (userId: string, rows: number, isLast: boolean) =>
  rowsOf(userId)
    .filter(({ erasedLast }) => erasedLast === isLast)
    .map(({ theirs, table, key }) => deletePiece({ table, key }, { chosen: theirs, still: theirs, rows }));

/** Each table that names people, with the predicate of the rows that name this one. */
const rowsOf = (userId: string) =>
  Object.entries<TableRules>(tables).flatMap(([table, { key, person }]) => {
    if (person === null) return [];
    const theirs = sql`${sql.ref(person.column)} in (${sql.join(person.valuesFor(userId))})`;
    return [{ table, key, theirs, erasedLast: person.erasedLast ?? false }];
  });

/** @returns how many rows name a user: what `eraseRows` would delete. @throws {Refusal} `storage_unavailable`. */
export async function countRowsOf(
  { background: { kysely } }: Pick<Database, "background">,
  userId: string,
): Promise<number> {
  const counts = rowsOf(userId).map(
    ({ table, theirs }) => sql`(select count(*) from ${sql.table(table)} where ${theirs})`,
  );
  const all = sql<{ count: number }>`select ${sql.join(counts, sql` + `)} as count`;
  const { rows } = await all.execute(kysely);
  return rows[0]?.count ?? 0;
}
