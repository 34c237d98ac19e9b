import { type Compilable, type Selectable, sql } from "kysely";
import type { Database } from "./database.ts";
import { type Fence, fencedInsert, leaseHeldBy } from "./fence.ts";
import type { Schema } from "./tables.ts";

/** A change that was begun. `sealed` holds everything that is needed to finish it. */
export type JournalEntry = { id: string; userId: string; kind: string; sealed: string; createdAt: number };

/** The table `journal`: changes of Logto and of this database that are not finished. */
export const journalRepository = ({ kysely }: Pick<Database, "kysely">) => ({
  insert: ({ id, userId, kind, sealed, createdAt }: JournalEntry, fence?: Fence): Compilable =>
    fencedInsert({ kysely }, "journal", { id, user_id: userId, kind, sealed, created_at: createdAt }, fence),

  /** Replaces the content of an entry, after a step of its change. */
  update: (id: string, sealed: string, fence?: Fence) =>
    kysely.updateTable("journal").set({ sealed }).where("id", "=", id).where(leaseHeldBy(fence)),

  delete: (id: string, fence?: Fence) =>
    kysely.deleteFrom("journal").where("id", "=", id).where(leaseHeldBy(fence)),

  /** @returns all entries of a user, oldest first. */
  async forUser(userId: string): Promise<JournalEntry[]> {
    const rows = await kysely
      .selectFrom("journal")
      .selectAll()
      .where("user_id", "=", userId)
      .orderBy("created_at")
      .orderBy("id")
      .execute();
    return rows.map(toEntry);
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
