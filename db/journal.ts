import { type Compilable, type Selectable, sql } from "kysely";
import type { Database } from "./database.ts";
import { type Guard, guardedInsert, holds } from "./guard.ts";
import type { Schema } from "./schema.ts";

/** A change that was begun. `sealed` holds everything that is needed to finish it. */
export type JournalEntry = { id: string; userId: string; kind: string; sealed: string; createdAt: number };

/** `attempts` counts how often the entry was set aside. */
export type PendingEntry = JournalEntry & { attempts: number };

/** `retryAt`: nobody looks at the entry before. */
export type ListedEntry = PendingEntry & { retryAt: number };

/** Where an entry stands among those that are due. */
export type DueEntry = { id: string; userId: string; dueAt: number };

/** Changes that span the identity provider and this database, from before the first until after the last step. */
export const journalRepository = ({ kysely }: Pick<Database, "kysely">) => ({
  insert: ({ id, userId, kind, sealed, createdAt }: JournalEntry, guard: Guard = {}): Compilable =>
    guardedInsert(
      { kysely },
      "journal",
      { id, user_id: userId, kind, sealed, created_at: createdAt, attempts: 0, retry_at: 0 },
      guard,
    ),

  /** Sets an entry aside that could not be settled: nobody tries again before `retryAt` (epoch ms). */
  setAside: (id: string, retryAt: number, guard: Guard = {}) =>
    kysely
      .updateTable("journal")
      .set((column) => ({ attempts: column("attempts", "+", 1), retry_at: retryAt }))
      .where("id", "=", id)
      .where(holds(guard)),

  delete: (id: string, guard: Guard = {}) =>
    kysely.deleteFrom("journal").where("id", "=", id).where(holds(guard)),

  /** The entries that may be settled now, oldest first; those that are set aside are left out. */
  async forUser(userId: string, now: number): Promise<PendingEntry[]> {
    const rows = await kysely
      .selectFrom("journal")
      .selectAll()
      .where("user_id", "=", userId)
      .where("retry_at", "<=", now)
      .orderBy("created_at")
      .orderBy("id")
      .execute();
    return rows.map((row) => ({ ...toEntry(row), attempts: row.attempts }));
  },

  /** @returns how many there are (above a thousand, a thousand), and when the oldest began. */
  async backlog(): Promise<{ entries: number; oldestAt: number | null }> {
    const oldest = kysely.selectFrom("journal").select("created_at").orderBy("created_at").limit(1000);
    const { entries, oldestAt } = await kysely
      .selectFrom(oldest.as("oldest"))
      .select(({ fn }) => [
        fn.countAll<number>().as("entries"),
        fn.min<number | null>("created_at").as("oldestAt"),
      ])
      .executeTakeFirstOrThrow();
    return { entries, oldestAt };
  },

  /** @returns a page of all entries in the order of their ids, starting after `afterId`. */
  async page(limit: number, afterId = ""): Promise<ListedEntry[]> {
    const rows = await kysely
      .selectFrom("journal")
      .selectAll()
      .where("id", ">", afterId)
      .orderBy("id")
      .limit(limit)
      .execute();
    return rows.map((row) => ({ ...toEntry(row), attempts: row.attempts, retryAt: row.retry_at }));
  },

  /** Stores the same content sealed under another key, unless the row has changed since it was read. */
  reseal: (read: Pick<JournalEntry, "id" | "sealed">, sealed: string) =>
    kysely.updateTable("journal").set({ sealed }).where("id", "=", read.id).where("sealed", "=", read.sealed),

  /**
   * Finds entries that nobody is working on: they are due, and their user has no live lease.
   * @param after the last entry of the page before.
   */
  async abandoned(now: number, limit: number, after?: DueEntry): Promise<DueEntry[]> {
    let query = kysely.selectFrom("journal").select(["id", "user_id", "retry_at"]);
    if (after) query = query.where(sql<boolean>`(retry_at, id) > (${after.dueAt}, ${after.id})`);
    const rows = await query
      .where("retry_at", "<=", now)
      .where(
        sql<boolean>`not exists (select 1 from leases where leases.user_id = journal.user_id and leases.expires_at > ${now})`,
      )
      .orderBy("retry_at")
      .orderBy("id")
      .limit(limit)
      .execute();
    return rows.map((row) => ({ id: row.id, userId: row.user_id, dueAt: row.retry_at }));
  },
});

const toEntry = (row: Selectable<Schema["journal"]>): JournalEntry => ({
  id: row.id,
  userId: row.user_id,
  kind: row.kind,
  sealed: row.sealed,
  createdAt: row.created_at,
});
