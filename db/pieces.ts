/** Long work on a table in pieces. What one statement does to many rows would keep everybody else waiting. */
import { type RawBuilder, sql } from "kysely";
import { sleep } from "../src/sleep.ts";

/** A table and the columns of its primary key. */
export type Keyed = { table: string; key: readonly string[] };

/**
 * One piece of a deletion.
 * @param chosen which rows, as a predicate.
 * @param order the column or expression by which the first are chosen; it needs an index.
 * @param still what the row must still fulfil when it is deleted: PostgreSQL looks at it again if the row was changed
 * meanwhile, and does not look at `chosen` again.
 * @param rows the most that it deletes: `Background.rowsPerPiece`.
 */
export function deletePiece<Row>(
  { table, key }: Keyed,
  {
    chosen,
    order,
    still,
    rows,
  }: { chosen: RawBuilder<unknown>; order?: RawBuilder<unknown>; still: RawBuilder<unknown>; rows: number },
  returning: RawBuilder<unknown> = sql``,
): RawBuilder<Row> {
  const columns = sql.join(key.map((column) => sql.ref(column)));
  const ordered = order ? sql`order by ${order}` : sql``;
  return sql<Row>`delete from ${sql.table(table)} where (${columns}) in (
    select ${columns} from ${sql.table(table)} where ${chosen} ${ordered} limit ${rows}
  ) and ${still} ${returning}`;
}

/**
 * Runs a piece, then rests for as long as it took: half of the time belongs to others, however slow the database or its
 * disk is.
 * @param isLast whether no piece follows, and so no rest.
 */
export async function runPiece<T>(work: () => Promise<T>, isLast: (result: T) => boolean): Promise<T> {
  const startedAt = performance.now();
  const result = await work();
  if (!isLast(result)) await sleep(performance.now() - startedAt);
  return result;
}
