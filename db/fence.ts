/** Fencing: a writer that was paused and lost its lease meanwhile must not change anything. */
import { type Compilable, type Insertable, type Kysely, type RawBuilder, sql } from "kysely";
import type { Database } from "./database.ts";
import type { Schema } from "./tables.ts";

/** Names a writer's lease. A statement with a fence takes effect only while the writer holds the lease. */
export type Fence = { readonly userId: string; readonly token: string };

/**
 * A condition in SQL: the writer holds its lease. Without a fence it is always true.
 * A lease that expired still counts as held until another writer takes it.
 */
export const leaseHeldBy = (fence: Fence | undefined): RawBuilder<boolean> =>
  fence
    ? sql<boolean>`exists (select 1 from leases where leases.user_id = ${fence.userId} and leases.token = ${fence.token})`
    : sql<boolean>`1 = 1`;

/** An INSERT with a fence: `insert … select … where`. @param suffix an ON CONFLICT clause. */
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

/** Makes raw SQL usable in a batch. */
export const compilable = (kysely: Kysely<Schema>, raw: RawBuilder<unknown>): Compilable => ({
  compile: () => raw.compile(kysely),
});
