import { type Compilable, type Selectable, sql } from "kysely";
import type { Database } from "./database.ts";
import { compilable } from "./guard.ts";
import type { Schema } from "./schema.ts";

/** The newest entry of a person's chain. */
export type ActivityHead = { user_id: string; sequence: number; at: number; mac: string };

export type SealedHead = Selectable<Schema["activity_heads"]>;

/** What the next entry of a person builds on; the last number among the entries that are stored. */
export type ChainState = {
  head: ActivityHead | undefined;
  sealed: { kid: string; seal: string };
  lastSequence: number | null;
};

/** The table `activity_heads`: for each person, which entry of their activity is the newest. */
export const activityHeadRepository = ({ kysely }: Pick<Database, "kysely">) => ({
  async state(userId: string): Promise<ChainState> {
    const { rows } = await sql<Nullable<SealedHead> & { last_sequence: number | null }>`
      select activity_heads.*,
        (select max(sequence) from activity where activity.user_id = ${userId}) as last_sequence
      from (select 1 as one) as one left join activity_heads on activity_heads.user_id = ${userId}`.execute(
      kysely,
    );
    const [row] = rows;
    return {
      head: row && headOf(row),
      sealed: { kid: row?.kid ?? "", seal: row?.seal ?? "" },
      lastSequence: row?.last_sequence ?? null,
    };
  },

  /** @returns a page of the heads, and whether any entry of their chains is still stored. */
  async page(limit: number, after: string): Promise<(SealedHead & { hasEntries: boolean })[]> {
    const rows = await kysely
      .selectFrom("activity_heads")
      .selectAll()
      .select(
        sql<number>`case when exists (select 1 from activity where activity.user_id = activity_heads.user_id
          and activity.sequence > 0) then 1 else 0 end`.as("has_entries"),
      )
      .where("user_id", ">", after)
      .orderBy("user_id")
      .limit(limit)
      .execute();
    return rows.map(({ has_entries, ...head }) => ({ ...head, hasEntries: has_entries === 1 }));
  },

  async find(userId: string): Promise<SealedHead | undefined> {
    return kysely.selectFrom("activity_heads").selectAll().where("user_id", "=", userId).executeTakeFirst();
  },

  /** @returns a page of the heads under a key, in the order of their user ids, after `afterUserId`. */
  async sealedUnder(kid: string, limit: number, afterUserId = ""): Promise<SealedHead[]> {
    return kysely
      .selectFrom("activity_heads")
      .selectAll()
      .where("kid", "=", kid)
      .where("user_id", ">", afterUserId)
      .orderBy("user_id")
      .limit(limit)
      .execute();
  },

  /** Stores the seals of several heads under another key; a head that has moved on since keeps its own. */
  reseal: (kid: string, heads: readonly { read: SealedHead; seal: string }[]): Compilable[] =>
    Array.from({ length: Math.ceil(heads.length / headsPerReseal) }, (_, index) => {
      const some = heads.slice(index * headsPerReseal, (index + 1) * headsPerReseal);
      const values = some.map(
        ({ read, seal }) =>
          sql`(cast(${read.user_id} as text), cast(${read.seal} as text), cast(${seal} as text))`,
      );
      return compilable(
        kysely,
        sql`with resealed(user_id, former, seal) as (values ${sql.join(values)})
          update activity_heads set kid = ${kid}, seal = resealed.seal from resealed
          where activity_heads.user_id = resealed.user_id and activity_heads.seal = resealed.former`,
      );
    }),
});

/** With three parameters a row and one more, no statement exceeds the 100 parameters of D1. */
const headsPerReseal = 32;

type Nullable<Row> = { [Column in keyof Row]: Row[Column] | null };

function headOf({ user_id, sequence, at, mac }: Nullable<ActivityHead>): ActivityHead | undefined {
  if (user_id === null || sequence === null || at === null || mac === null) return undefined;
  return { user_id, sequence, at, mac };
}
