import { type RawBuilder, sql } from "kysely";
import type { Background, Database } from "./database.ts";
import { deletePiece, type Keyed, runPiece } from "./pieces.ts";
import { type TableRules, tables } from "./tables.ts";

/**
 * `signal` ends the purge before the next piece; what is left waits for the next one. `onPiece` is called after each
 * piece with the number of rows that are deleted so far.
 */
export type PurgeOptions = { signal?: AbortSignal; onPiece?(purged: number): void };

/**
 * Deletes the expired rows of every table, in pieces and with rests, until none is left or the budget of the database
 * is used up. Several instances may purge at the same time: where one meets another, it leaves the table to it.
 * @param now epoch milliseconds.
 * @returns the number of deleted rows.
 * @throws {Refusal} `storage_unavailable`; what is deleted by then stays deleted.
 */
export async function purgeExpired(
  { background }: Pick<Database, "background">,
  now: number,
  { signal, onPiece }: PurgeOptions = {},
): Promise<number> {
  let purged = 0;
  let piecesLeft = background.queriesPerRun;
  for (const [table, { key, expiry }] of Object.entries<TableRules>(tables)) {
    if (expiry === null) continue;
    const until = now - expiry.keptMs;
    let from = 0;
    for (let done = false; !done && piecesLeft > 0 && !signal?.aborted; piecesLeft -= 1) {
      const work = () => purgePiece(background, { table, key }, expiry.columns, { from, until });
      const times = await runPiece(work, isEmpty);
      purged += times.length;
      onPiece?.(purged);
      from = Math.max(from, ...times);
      done = isEmpty(times);
    }
  }
  return purged;
}

/** More are not counted: their number would cost as much as their deletion. */
export const mostCounted = 100_000;

/**
 * @param now epoch milliseconds.
 * @returns how many rows of each table have expired, at most `mostCounted` of each; tables without any are left out.
 * @throws {Refusal} `storage_unavailable`.
 */
export async function countExpired(
  { background: { kysely } }: Pick<Database, "background">,
  now: number,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const [table, { expiry }] of Object.entries<TableRules>(tables)) {
    if (expiry === null) continue;
    const expiredAt = latest(expiry.columns);
    const { rows } = await sql<{ count: number }>`select count(*) as count from (
      select 1 as one from ${sql.table(table)} where ${expiredAt} <= ${now - expiry.keptMs}
      order by ${expiredAt} limit ${mostCounted}) as expired`.execute(kysely);
    const count = rows[0]?.count ?? 0;
    if (count > 0) counts[table] = count;
  }
  return counts;
}

/** A piece that is not full is not the last: another instance may have deleted a part of it. */
const isEmpty = (times: readonly number[]) => times.length === 0;

/**
 * Each piece starts where the one before ended: the indexes of PostgreSQL still list the rows that are deleted.
 * @returns when each of the deleted rows expired.
 */
async function purgePiece(
  { kysely, rowsPerPiece }: Background,
  table: Keyed,
  columns: readonly string[],
  { from, until }: { from: number; until: number },
): Promise<number[]> {
  const expiredAt = latest(columns);
  const piece = deletePiece<{ expired_at: number }>(
    table,
    {
      chosen: sql`${expiredAt} >= ${from} and ${expiredAt} <= ${until}`,
      order: expiredAt,
      still: sql`${expiredAt} <= ${until}`,
      rows: rowsPerPiece,
    },
    sql`returning ${expiredAt} as expired_at`,
  );
  const { rows } = await piece.execute(kysely);
  return rows.map((row) => row.expired_at);
}

/** The latest of several times, written as the index on them is: databases have no common function for it. */
const latest = (columns: readonly string[]): RawBuilder<number> =>
  columns
    .map((column) => sql<number>`${sql.ref(column)}`)
    .reduce((one, other) => sql<number>`case when ${one} > ${other} then ${one} else ${other} end`);
