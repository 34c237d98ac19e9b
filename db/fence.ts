/** Fencing: a writer that lost its lease while it was away must change nothing when it comes back. */
import { type Compilable, type Insertable, type Kysely, type RawBuilder, sql } from "kysely";
import type { Database } from "./database.ts";
import type { Schema } from "./tables.ts";

/** The lease a writer holds; statements given it take effect only while it is still the holder. */
export type Fence = { readonly userId: string; readonly token: string };

/**
 * A predicate: the writer still holds its lease. Without a fence it is always true.
 * An expired lease that nobody took over still counts: no other writer has been let in.
 */
export const leaseHeldBy = (fence: Fence | undefined): RawBuilder<boolean> =>
  fence
    ? sql<boolean>`exists (select 1 from leases where leases.user_id = ${fence.userId} and leases.token = ${fence.token})`
    : sql<boolean>`1 = 1`;

/** `insert … select … where held`: the form of INSERT that can be fenced. `suffix` is an ON CONFLICT clause. */
export function fencedInsert<Table extends keyof Schema>(
  { kysely }: Pick<Database, "kysely">,
  table: Table,
  row: Insertable<Schema[Table]>,
  fence: Fence | undefined,
  suffix: RawBuilder<unknown> = sql``,
): Compilable {
  const entries = Object.entries<unknown>(row);
  const columns = sql.join(entries.map(([column]) => sql.ref(column)));
  const values = sql.join(entries.map(([, value]) => value));
  return compilable(
    kysely,
    sql`insert into ${sql.table(table)} (${columns}) select ${values} where ${leaseHeldBy(fence)} ${suffix}`,
  );
}

/** Lets written-out SQL take part in a batch. */
export const compilable = (kysely: Kysely<Schema>, raw: RawBuilder<unknown>): Compilable => ({
  compile: () => raw.compile(kysely),
});
