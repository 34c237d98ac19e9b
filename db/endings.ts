import { type Compilable, sql } from "kysely";
import type { Database } from "./database.ts";
import { type Fence, guardedInsert } from "./guard.ts";

/** One of Logto's sessions, or one grant, that its person has ended and that Logto has yet to end. */
export type Ending = {
  userId: string;
  kind: "session" | "grant";
  /** Logto's id. */
  target: string;
};

/** The table `endings`. */
export const endingRepository = ({ kysely }: Pick<Database, "kysely">) => ({
  /** @param firstTryAt when a background job takes over, should the writer not come to it itself. */
  request: (fence: Fence, { kind, target }: Omit<Ending, "userId">, firstTryAt: number): Compilable =>
    guardedInsert(
      { kysely },
      "endings",
      { user_id: fence.userId, kind, target, attempts: 0, retry_at: firstTryAt },
      { fence },
      sql`on conflict (user_id, kind, target) do update set attempts = 0, retry_at = excluded.retry_at`,
    ),

  /** Those that are due, the longest waiting first. */
  async due(now: number, limit: number): Promise<Ending[]> {
    const rows = await kysely
      .selectFrom("endings")
      .select(["user_id", "kind", "target"])
      .where("retry_at", "<=", now)
      .orderBy("retry_at")
      .limit(limit)
      .execute();
    return rows.map(({ user_id, kind, target }) => ({ userId: user_id, kind, target }));
  },

  /**
   * Takes one that is due, for one of several instances, and puts its next try off.
   * @returns how often it was taken; undefined when it is not due, or is there no more.
   */
  async take(ending: Ending, now: number, retryAt: number): Promise<number | undefined> {
    const row = await kysely
      .updateTable("endings")
      .set((column) => ({ attempts: column("attempts", "+", 1), retry_at: retryAt }))
      .where("user_id", "=", ending.userId)
      .where("kind", "=", ending.kind)
      .where("target", "=", ending.target)
      .where("retry_at", "<=", now)
      .returning("attempts")
      .executeTakeFirst();
    return row?.attempts;
  },

  /** Puts the next try off after one that failed. */
  async postpone({ userId, kind, target }: Ending, retryAt: number): Promise<void> {
    await kysely
      .updateTable("endings")
      .set({ retry_at: retryAt })
      .where("user_id", "=", userId)
      .where("kind", "=", kind)
      .where("target", "=", target)
      .execute();
  },

  /** @returns how many there are; above a thousand, a thousand. */
  async outstanding(): Promise<number> {
    const { count } = await kysely
      .selectFrom(kysely.selectFrom("endings").select("user_id").limit(1000).as("counted"))
      .select(({ fn }) => fn.countAll<number>().as("count"))
      .executeTakeFirstOrThrow();
    return count;
  },

  /** Logto has ended it. */
  complete: ({ userId, kind, target }: Ending): Compilable =>
    kysely
      .deleteFrom("endings")
      .where("user_id", "=", userId)
      .where("kind", "=", kind)
      .where("target", "=", target),
});
