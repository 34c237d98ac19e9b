import type { Compilable } from "kysely";
import { sql } from "kysely";
import type { Database } from "./database.ts";
import { type Fence, guardedInsert } from "./guard.ts";

/** What is still to end at Logto for one person: whatever began before `begunBefore` (epoch ms). */
export type Revocation = {
  userId: string;
  begunBefore: number;
  /** The `sid` of a session at Logto that goes on, with its grants. */
  keptSid: string | null;
  attempts: number;
};

/** Sessions and grants that outlived a change of the password: one row a person, until none is left. */
export const revocationRepository = ({ kysely }: Pick<Database, "kysely">) => ({
  /**
   * Asks for the end of everything that began before a moment. A later request replaces an earlier one, but for its
   * moment if that is later still, by another clock.
   * @param firstTryAt when a background job takes over, should the writer not come to it itself.
   */
  request: (
    fence: Fence,
    { begunBefore, keptSid }: Pick<Revocation, "begunBefore" | "keptSid">,
    firstTryAt: number,
  ): Compilable =>
    guardedInsert(
      { kysely },
      "revocations",
      {
        user_id: fence.userId,
        begun_before: begunBefore,
        attempts: 0,
        retry_at: firstTryAt,
        kept_sid: keptSid,
      },
      { fence },
      sql`on conflict (user_id) do update set begun_before = case when excluded.begun_before > revocations.begun_before
        then excluded.begun_before else revocations.begun_before end, attempts = 0, retry_at = excluded.retry_at, kept_sid = excluded.kept_sid`,
    ),

  /** The persons with a revocation that is due, the longest waiting first. */
  async due(now: number, limit: number): Promise<string[]> {
    const rows = await kysely
      .selectFrom("revocations")
      .select("user_id")
      .where("retry_at", "<=", now)
      .orderBy("retry_at")
      .limit(limit)
      .execute();
    return rows.map((row) => row.user_id);
  },

  /**
   * Takes a revocation that is due, for one of several instances, and puts its next try off.
   * @returns undefined when it is not due, or there is none.
   */
  async take(userId: string, now: number, retryAt: number): Promise<Revocation | undefined> {
    const row = await kysely
      .updateTable("revocations")
      .set((column) => ({ attempts: column("attempts", "+", 1), retry_at: retryAt }))
      .where("user_id", "=", userId)
      .where("retry_at", "<=", now)
      .returningAll()
      .executeTakeFirst();
    return row && { userId, begunBefore: row.begun_before, keptSid: row.kept_sid, attempts: row.attempts };
  },

  /** Puts the next try off after one that did not end everything. */
  async postpone({ userId, begunBefore }: Revocation, retryAt: number): Promise<void> {
    await kysely
      .updateTable("revocations")
      .set({ retry_at: retryAt })
      .where("user_id", "=", userId)
      .where("begun_before", "=", begunBefore)
      .execute();
  },

  /** Ends a revocation that is complete, unless a later change has asked for more. */
  async complete({ userId, begunBefore }: Revocation): Promise<void> {
    await kysely
      .deleteFrom("revocations")
      .where("user_id", "=", userId)
      .where("begun_before", "=", begunBefore)
      .execute();
  },

  /** @returns how many there are; above a thousand, a thousand. */
  async outstanding(): Promise<number> {
    const { count } = await kysely
      .selectFrom(kysely.selectFrom("revocations").select("user_id").limit(1000).as("counted"))
      .select(({ fn }) => fn.countAll<number>().as("count"))
      .executeTakeFirstOrThrow();
    return count;
  },
});
