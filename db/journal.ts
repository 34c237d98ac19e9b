import { type Compilable, type Selectable, sql } from "kysely";
import type { Database } from "./database.ts";
import { type Guard, guardedInsert, holds } from "./guard.ts";
import type { Schema } from "./tables.ts";

/** A change that was begun. `sealed` holds everything that is needed to finish it. */
export type JournalEntry = { id: string; userId: string; kind: string; sealed: string; createdAt: number };

/** `attempts` counts how often the entry was set aside. */
export type PendingEntry = JournalEntry & { attempts: number };

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

  /** @returns a page of all entries in the order of their ids, starting after `afterId`. */
  async page(limit: number, afterId = ""): Promise<JournalEntry[]> {
    const rows = await kysely
      .selectFrom("journal")
      .selectAll()
      .where("id", ">", afterId)
      .orderBy("id")
      .limit(limit)
      .execute();
    return rows.map(toEntry);
  },

  /** Stores the same content sealed under another key. @returns false if the row has changed since it was read. */
  async reseal(read: Pick<JournalEntry, "id" | "sealed">, sealed: string): Promise<boolean> {
    const result = await kysely
      .updateTable("journal")
      .set({ sealed })
      .where("id", "=", read.id)
      .where("sealed", "=", read.sealed)
      .executeTakeFirst();
    return result.numUpdatedRows === 1n;
  },

  /** @returns a page of the users with entries and no live lease, in the order of their ids, after `afterUserId`. */
  async usersToSettle(now: number, limit: number, afterUserId = ""): Promise<string[]> {
    const rows = await kysely
      .selectFrom("journal")
      .select("user_id")
      .distinct()
      .where("user_id", ">", afterUserId)
      .where("retry_at", "<=", now)
      .where(
        sql<boolean>`not exists (select 1 from leases where leases.user_id = journal.user_id and leases.expires_at > ${now})`,
      )
      .orderBy("user_id")
      .limit(limit)
      .execute();
    return rows.map((row) => row.user_id);
  },
});

const toEntry = (row: Selectable<Schema["journal"]>): JournalEntry => ({
  id: row.id,
  userId: row.user_id,
  kind: row.kind,
  sealed: row.sealed,
  createdAt: row.created_at,
});
