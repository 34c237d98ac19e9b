import { type RawBuilder, sql } from "kysely";
import type { Database } from "./database.ts";

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

export type ChargeOutcome = { ok: true } | { ok: false; bucket: string; retryAfterMs: number };

/** A lock counts as a strike, and makes the next lock longer, until this time after it ended. */
const strikesLiveMs = 24 * 60 * 60 * 1000;

/** The table `limits`: counters that all instances share. An attempt is charged before it is made. */
export const limitRepository = ({ kysely }: Pick<Database, "kysely">) => {
  /** Takes a charge back. If the charge caused a lock, the lock ends. */
  const refund = async (buckets: readonly string[], now: number): Promise<void> => {
    if (buckets.length === 0) return;
    await sql`
      update limits set
        count = count - 1,
        strikes = strikes - locked,
        locked = 0,
        expires_at = window_ends_at
      where bucket in (${sql.join(buckets)}) and count > 0 and expires_at > ${bigint(now)}`.execute(kysely);
  };

  /** Finds the bucket that stays full for the longest time. */
  const longestFull = async (charges: readonly Charge[], now: number): Promise<ChargeOutcome> => {
    const { rows } = await sql<{ bucket: string; expires_at: number }>`
      with charges(bucket, max, window_ms) as (values ${chargeRows(charges)})
      select limits.bucket, limits.expires_at from limits join charges on charges.bucket = limits.bucket
      where limits.count >= charges.max and limits.expires_at > ${bigint(now)}
      order by limits.expires_at desc limit 1`.execute(kysely);
    const [full] = rows;
    // The full bucket became free between the two statements.
    if (!full) return { ok: false, bucket: charges[0]?.bucket ?? "", retryAfterMs: 1000 };
    return { ok: false, bucket: full.bucket, retryAfterMs: full.expires_at - now };
  };

  return {
    /**
     * Counts one attempt in every bucket, or in none if one of them is full.
     * @param charges at most eight, each with a bucket of its own.
     * @returns the bucket that is full, and in how many milliseconds it is free again.
     */
    async charge(charges: readonly Charge[], now: number): Promise<ChargeOutcome> {
      if (charges.length === 0) return { ok: true };
      // Always in the same order: otherwise two charges on PostgreSQL may wait for each other's rows.
      const sorted = charges.toSorted((one, other) => (one.bucket < other.bucket ? -1 : 1));
      const { rows } = await chargeStatement(sorted, now).execute(kysely);
      if (rows.length === sorted.length) return { ok: true };
      // Rows are returned here on PostgreSQL only: another charge filled a bucket after this one had read it.
      await refund(
        rows.map(({ bucket }) => bucket),
        now,
      );
      return longestFull(sorted, now);
    },

    refund,
  };
};

/** In VALUES, PostgreSQL cannot derive the type of a parameter from a column. */
const bigint = (value: number) => sql<number>`cast(${value} as bigint)`;
const text = (value: string) => sql<string>`cast(${value} as text)`;

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

/** One statement covers every case, so that two instances cannot both take the last attempt. */
function chargeStatement(charges: readonly Charge[], nowMs: number): RawBuilder<{ bucket: string }> {
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
  return sql<{ bucket: string }>`
    with charges(bucket, max, window_ms) as (values ${chargeRows(charges)}),
      locks(bucket, strike, ms) as (values ${lockRows(charges)}),
      fresh(bucket, window_ends_at, lock_ms) as (
        select charges.bucket, ${now} + charges.window_ms, case when charges.max <= 1 then ${firstLock} end from charges)
    insert into limits (bucket, count, window_ends_at, expires_at, locked, strikes, strikes_expire_at)
    select bucket, 1, window_ends_at, coalesce(${now} + lock_ms, window_ends_at),
      case when lock_ms is null then 0 else 1 end, case when lock_ms is null then 0 else 1 end,
      coalesce(${now} + lock_ms + ${bigint(strikesLiveMs)}, 0)
    from fresh
    where not exists (
      select 1 from limits join charges on charges.bucket = limits.bucket
      where ${live} and limits.count >= charges.max)
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
    returning bucket`;
}
