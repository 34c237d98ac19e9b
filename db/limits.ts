import { type Compilable, type RawBuilder, sql } from "kysely";
import type { Database } from "./database.ts";
import { type Guard, holds } from "./guard.ts";

/** A bucket in which attempts are counted. It has one window: an hourly and a daily limit are two buckets. */
export type Charge = {
  /** The name of the bucket, such as `password:user:<id>`. */
  bucket: string;
  /** How many attempts a window allows. */
  max: number;
  windowMs: number;
  /** How long the bucket is locked when `max` is reached: for the first time, the second …; the last repeats. */
  lockMs?: readonly number[];
};

/** One counted attempt in one bucket: the window it was counted in is the only one it can be taken back from. */
export type Receipt = { bucket: string; windowEndsAt: number };

export type ChargeOutcome =
  | { ok: true; receipts: readonly Receipt[] }
  | { ok: false; bucket: string; retryAfterMs: number };

/** What is counted in a bucket until `endsAt`, the end of its window or of its lock. */
export type CountedTries = { bucket: string; count: number; isLocked: boolean; endsAt: number };

/** A lock counts as a strike, and makes the next lock longer, until this time after it ended. */
const strikesLiveMs = 24 * 60 * 60 * 1000;

/** The table `limits`: counters that all instances share. An attempt is charged before it is made. */
export const limitRepository = ({ kysely }: Pick<Database, "kysely">) => {
  /** Takes a charge back, while its window lasts; a lock that it caused ends with it. */
  const refund = async (receipts: readonly Receipt[], now: number): Promise<void> => {
    if (receipts.length === 0) return;
    const rows = receipts.map(({ bucket, windowEndsAt }) => sql`(${text(bucket)}, ${bigint(windowEndsAt)})`);
    await sql`
      with receipts(bucket, window_ends_at) as (values ${sql.join(rows)})
      update limits set
        count = count - 1,
        strikes = strikes - locked,
        locked = 0,
        expires_at = window_ends_at
      where (bucket, window_ends_at) in (select bucket, window_ends_at from receipts)
        and count > 0 and expires_at > ${bigint(now)}`.execute(kysely);
  };

  /** @returns the bucket that stays full for the longest time; undefined if none is full. */
  const longestFull = async (charges: readonly Charge[], now: number) => {
    const { rows } = await sql<{ bucket: string; expires_at: number }>`
      with charges(bucket, max, window_ms) as (values ${chargeRows(charges)})
      select limits.bucket, limits.expires_at from ${chargedBuckets}
        and limits.count >= charges.max and limits.expires_at > ${bigint(now)}
      order by limits.expires_at desc limit 1`.execute(kysely);
    const [full] = rows;
    return full && { bucket: full.bucket, retryAfterMs: full.expires_at - now };
  };

  return {
    /**
     * Counts one attempt in every bucket, or in none if one of them is full.
     * @param charges distinct buckets, at most eight.
     * @param guard what must hold besides; where it does not, nothing is counted.
     * @returns which bucket refused, and in how many milliseconds it opens again.
     */
    async charge(charges: readonly Charge[], now: number, guard: Guard = {}): Promise<ChargeOutcome> {
      if (charges.length === 0) return { ok: true, receipts: [] };
      // Always in one order: otherwise PostgreSQL may find two charges waiting for each other's rows.
      const sorted = charges.toSorted((one, other) => (one.bucket < other.bucket ? -1 : 1));
      const { rows } = await chargeStatement(sorted, now, guard).execute(kysely);
      const receipts = rows.map((row) => ({ bucket: row.bucket, windowEndsAt: row.window_ends_at }));
      if (rows.length === sorted.length) return { ok: true, receipts };
      // PostgreSQL alone gets here with rows: another charge filled a bucket after this one looked.
      await refund(receipts, now);
      // Without a full bucket, one became free between the two statements.
      const free = { bucket: sorted[0]?.bucket ?? "", retryAfterMs: 1000 };
      return { ok: false, ...((await longestFull(sorted, now)) ?? free) };
    },

    /** @returns in how many milliseconds another attempt would be counted; 0 if it would be now. */
    async wait(charges: readonly Charge[], now: number): Promise<number> {
      return (await longestFull(charges, now))?.retryAfterMs ?? 0;
    },

    /** @returns the buckets of these in which tries are counted now. */
    async counted(buckets: readonly string[], now: number): Promise<CountedTries[]> {
      const rows = await kysely
        .selectFrom("limits")
        .select(["bucket", "count", "locked", "expires_at"])
        .where("bucket", "in", buckets)
        .where("expires_at", ">", now)
        .orderBy("bucket")
        .execute();
      return rows.map((row) => ({
        bucket: row.bucket,
        count: row.count,
        isLocked: row.locked === 1,
        endsAt: row.expires_at,
      }));
    },

    /** Forgets the tries and the locks of these buckets. */
    clear: (buckets: readonly string[]): Compilable =>
      kysely.deleteFrom("limits").where("bucket", "in", buckets),

    refund,
  };
};

/** In VALUES, PostgreSQL cannot derive the type of a parameter from a column. */
const bigint = (value: number) => sql<number>`cast(${value} as bigint)`;
const text = (value: string) => sql<string>`cast(${value} as text)`;

/** CROSS JOIN: otherwise SQLite looks through every bucket that has not expired. */
const chargedBuckets = sql`charges cross join limits where limits.bucket = charges.bucket`;

const chargeRows = (charges: readonly Charge[]) =>
  sql.join(
    charges.map(({ bucket, max, windowMs }) => sql`(${text(bucket)}, ${bigint(max)}, ${bigint(windowMs)})`),
  );

/** `strike` is the number of earlier locks. The row `none` is there because a list in VALUES may not be empty. */
const lockRows = (charges: readonly Charge[]) =>
  sql.join([
    sql`('none', -1, 0)`,
    ...charges.flatMap(({ bucket, lockMs = [] }) =>
      lockMs.map((ms, strike) => sql`(${text(bucket)}, ${bigint(strike)}, ${bigint(ms)})`),
    ),
  ]);

/** Every case in one statement, so that no two instances can both take the last attempt. */
function chargeStatement(
  charges: readonly Charge[],
  nowMs: number,
  guard: Guard,
): RawBuilder<{ bucket: string; window_ends_at: number }> {
  const now = bigint(nowMs);
  const max = sql`(select charges.max from charges where charges.bucket = excluded.bucket)`;
  const live = sql`limits.expires_at > ${now}`;
  const count = sql`case when ${live} then limits.count + 1 else 1 end`;
  const strikes = sql`case when limits.strikes_expire_at > ${now} then limits.strikes else 0 end`;
  const lockFor = (bucket: RawBuilder<unknown>, before: RawBuilder<unknown>) =>
    sql`(select locks.ms from locks where locks.bucket = ${bucket} and locks.strike <= ${before} order by locks.strike desc limit 1)`;
  const firstLock = lockFor(sql`charges.bucket`, sql`0`);
  const lock = lockFor(sql`excluded.bucket`, strikes);
  const locks = sql`${count} >= ${max} and ${lock} is not null`;
  return sql<{ bucket: string; window_ends_at: number }>`
    with charges(bucket, max, window_ms) as (values ${chargeRows(charges)}),
      locks(bucket, strike, ms) as (values ${lockRows(charges)}),
      fresh(bucket, window_ends_at, lock_ms) as (
        select charges.bucket, ${now} + charges.window_ms, case when charges.max <= 1 then ${firstLock} end from charges)
    insert into limits (bucket, count, window_ends_at, expires_at, locked, strikes, strikes_expire_at)
    select bucket, 1, window_ends_at, coalesce(${now} + lock_ms, window_ends_at),
      case when lock_ms is null then 0 else 1 end, case when lock_ms is null then 0 else 1 end,
      coalesce(${now} + lock_ms + ${bigint(strikesLiveMs)}, 0)
    from fresh
    where ${holds(guard)} and not exists (
      select 1 from ${chargedBuckets} and ${live} and limits.count >= charges.max)
    on conflict (bucket) do update set
      count = ${count},
      window_ends_at = case when ${live} then limits.window_ends_at else excluded.window_ends_at end,
      expires_at = case when ${locks} then ${now} + ${lock}
        when ${live} then limits.expires_at else excluded.window_ends_at end,
      locked = case when ${locks} then 1 else 0 end,
      strikes = ${strikes} + case when ${locks} then 1 else 0 end,
      strikes_expire_at = case when ${locks} then ${now} + ${lock} + ${bigint(strikesLiveMs)}
        else limits.strikes_expire_at end
    where not (${live} and limits.count >= ${max})
    returning bucket, window_ends_at`;
}
