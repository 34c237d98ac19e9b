import { type Compilable, type Selectable, sql } from "kysely";
import type { Database } from "./database.ts";
import { compilable, type Guard, guardedInsert, holds } from "./guard.ts";
import type { Schema } from "./schema.ts";

/** Somebody has asked for the end of their account. Times are epoch milliseconds. */
export type Deletion = {
  userId: string;
  askedAt: number;
  /** Until then it can be cancelled. */
  deletesAt: number;
  /** A random name, by which its person can refer to the deletion afterwards. */
  receipt: string;
  /** Whether the person was told that it is a day away. */
  reminded: boolean;
  /** Whether the team has held it back when it was due. */
  held: boolean;
  /** Whether it is under way: then nothing stops it. */
  begun: boolean;
  /** How often a job has taken it. */
  attempts: number;
};

/** `retryAt`: no job looks at it before. */
type NewDeletion = Pick<Deletion, "userId" | "askedAt" | "deletesAt" | "receipt"> & { retryAt: number };

/** The tables `deletions` and `deletion_receipts`: accounts that are to be deleted, and what is left of those that were. */
export const deletionRepository = ({ kysely }: Pick<Database, "kysely">) => {
  const waiting = (userId: string, guard: Guard) =>
    kysely.updateTable("deletions").where("user_id", "=", userId).where("begun", "=", 0).where(holds(guard));

  return {
    /** Stores a request; one that is there already stays as it is. */
    insert: ({ userId, askedAt, deletesAt, receipt, retryAt }: NewDeletion, guard: Guard): Compilable =>
      guardedInsert(
        { kysely },
        "deletions",
        {
          user_id: userId,
          asked_at: askedAt,
          deletes_at: deletesAt,
          receipt,
          reminded: 0,
          held: 0,
          begun: 0,
          attempts: 0,
          retry_at: retryAt,
        },
        guard,
        sql`on conflict (user_id) do nothing`,
      ),

    async find(userId: string): Promise<Deletion | undefined> {
      const row = await kysely
        .selectFrom("deletions")
        .selectAll()
        .where("user_id", "=", userId)
        .executeTakeFirst();
      return row && toDeletion(row);
    },

    /** Withdraws a request that is not under way. */
    cancel: (userId: string, guard: Guard) =>
      kysely.deleteFrom("deletions").where("user_id", "=", userId).where("begun", "=", 0).where(holds(guard)),

    /** The persons with something to do, the longest waiting first. */
    async due(now: number, limit: number): Promise<string[]> {
      const rows = await kysely
        .selectFrom("deletions")
        .select("user_id")
        .where("retry_at", "<=", now)
        .orderBy("retry_at")
        .limit(limit)
        .execute();
      return rows.map((row) => row.user_id);
    },

    /** Takes what is due, for one of several instances. @returns undefined when it is not due, or there is none. */
    async take(userId: string, now: number, retryAt: number): Promise<Deletion | undefined> {
      const row = await kysely
        .updateTable("deletions")
        .set((column) => ({ attempts: column("attempts", "+", 1), retry_at: retryAt }))
        .where("user_id", "=", userId)
        .where("retry_at", "<=", now)
        .returningAll()
        .executeTakeFirst();
      return row && toDeletion(row);
    },

    /** Puts the next try off. */
    async postpone(userId: string, retryAt: number): Promise<void> {
      await kysely
        .updateTable("deletions")
        .set({ retry_at: retryAt })
        .where("user_id", "=", userId)
        .execute();
    },

    /** Notes that the person was told. Nothing is left to do before the day itself. */
    remind: (userId: string, guard: Guard) =>
      waiting(userId, guard).set(({ ref }) => ({ reminded: 1, attempts: 0, retry_at: ref("deletes_at") })),

    /** Puts the day itself off; the person is told again. */
    putOff: (userId: string, { deletesAt, retryAt }: { deletesAt: number; retryAt: number }, guard: Guard) =>
      waiting(userId, guard).set({ deletes_at: deletesAt, retry_at: retryAt, reminded: 0 }),

    /** Notes that the team holds it back. */
    hold: (userId: string, retryAt: number, guard: Guard) =>
      waiting(userId, guard).set({ held: 1, retry_at: retryAt }),

    /** From here on nothing stops it. */
    begin: (userId: string, guard: Guard = {}) => waiting(userId, guard).set({ begun: 1, attempts: 0 }),

    /** Leaves the receipt of a deletion that is under way, and of no other. */
    leaveReceipt: (userId: string, now: number): Compilable =>
      compilable(
        kysely,
        sql`insert into deletion_receipts (id, at) select receipt, cast(${now} as bigint) from deletions
          where user_id = ${userId} and begun = 1 on conflict (id) do nothing`,
      ),
  };
};

const toDeletion = (row: Selectable<Schema["deletions"]>): Deletion => ({
  userId: row.user_id,
  askedAt: row.asked_at,
  deletesAt: row.deletes_at,
  receipt: row.receipt,
  reminded: row.reminded === 1,
  held: row.held === 1,
  begun: row.begun === 1,
  attempts: row.attempts,
});
