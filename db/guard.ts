/** Guards: what must still hold at the moment in which a statement takes effect. */
import { type Compilable, type Insertable, type Kysely, type RawBuilder, sql } from "kysely";
import type { Database } from "./database.ts";
import type { Schema } from "./schema.ts";

/** The lease a writer holds: a writer that lost it while it was away must change nothing when it comes back. */
export type Fence = { readonly userId: string; readonly token: string };

/** The state of a person's credentials on which something was granted. */
export type Ground = { readonly userId: string; readonly epoch: number };

/** Conditions of a statement; what is left out is not asked. */
export type Guard = {
  /** The writer still holds its lease. An expired lease that nobody took over counts: no other writer was let in. */
  readonly fence?: Fence | undefined;
  /** No change of a password or an identifier has begun or ended since. */
  readonly ground?: Ground | undefined;
  /** The step-up record with this hash is still there. */
  readonly record?: string | undefined;
  /** The person is not erased: the keyed hash under which a tombstone would name them. */
  readonly person?: string | undefined;
  /** Logto's session of this name has not ended: a `confirm` of it is in the same batch. */
  readonly sid?: string | null | undefined;
  /** The browser's session whose id has this hash has not ended. */
  readonly session?: string | undefined;
  /** The newest entry of the person's activity is this one. */
  readonly head?: { readonly user_id: string; readonly mac: string } | undefined;
};

/** A predicate: everything that the guard names still holds. */
export function holds({ fence, ground, record, person, sid, session, head }: Guard): RawBuilder<boolean> {
  const conditions = [sql`1 = 1`];
  if (fence) {
    conditions.push(
      sql`exists (select 1 from leases where leases.user_id = ${fence.userId} and leases.token = ${fence.token})`,
    );
  }
  if (ground) {
    conditions.push(
      sql`coalesce((select epoch from credential_epochs where credential_epochs.user_id = ${ground.userId}), 0) = ${ground.epoch}`,
    );
  }
  if (record !== undefined) {
    conditions.push(
      sql`exists (select 1 from verification_records where verification_records.id_hash = ${record})`,
    );
  }
  if (person !== undefined) {
    conditions.push(sql`not exists (select 1 from tombstones where tombstones.person = ${person})`);
  }
  if (typeof sid === "string") {
    conditions.push(
      sql`exists (select 1 from logto_sessions where logto_sessions.sid = ${sid} and logto_sessions.ended = 0)`,
    );
  }
  if (session !== undefined) {
    conditions.push(sql`exists (select 1 from sessions as living where living.id_hash = ${session})`);
  }
  if (head) {
    conditions.push(
      sql`exists (select 1 from activity_heads where activity_heads.user_id = ${head.user_id} and activity_heads.mac = ${head.mac})`,
    );
  }
  return sql<boolean>`(${sql.join(conditions, sql` and `)})`;
}

/** `insert … select … where …`: the form of INSERT that can be guarded. @param suffix what follows, such as ON CONFLICT. */
export function insertWhile<Result = unknown>(
  guard: Guard,
  table: keyof Schema,
  row: Readonly<Record<string, string | number | null>>,
  suffix: RawBuilder<unknown> = sql``,
): RawBuilder<Result> {
  const entries = Object.entries(row);
  const columns = sql.join(entries.map(([column]) => sql.ref(column)));
  const values = sql.join(entries.map(([, value]) => value));
  return sql`insert into ${sql.table(table)} (${columns}) select ${values} where ${holds(guard)} ${suffix}`;
}

/** As `insertWhile`, to take part in a batch. */
export const guardedInsert = <Table extends keyof Schema>(
  { kysely }: Pick<Database, "kysely">,
  table: Table,
  row: Insertable<Schema[Table]> & Readonly<Record<string, string | number | null>>,
  guard: Guard,
  suffix?: RawBuilder<unknown>,
): Compilable => compilable(kysely, insertWhile(guard, table, row, suffix));

/** Lets written-out SQL take part in a batch. */
export const compilable = (kysely: Kysely<Schema>, raw: RawBuilder<unknown>): Compilable => ({
  compile: () => raw.compile(kysely),
});
