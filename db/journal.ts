import { type Compilable, type Selectable, sql } from "kysely";
import type { Database } from "./database.ts";
import { type Fence, fencedInsert, leaseHeldBy } from "./fence.ts";
import type { Schema } from "./tables.ts";

/** A change that was begun: everything needed to finish or drop it is sealed inside. */
export type JournalEntry = { id: string; userId: string; kind: string; sealed: string; createdAt: number };

/** Changes that span the identity provider and this database, from before the first until after the last step. */
export const journalRepository = ({ kysely }: Pick<Database, "kysely">) => ({
  insert: ({ id, userId, kind, sealed, createdAt }: JournalEntry, fence?: Fence): Compilable =>
    fencedInsert({ kysely }, "journal", { id, user_id: userId, kind, sealed, created_at: createdAt }, fence),

  /** Records how far the change has come. */
  update: (id: string, sealed: string, fence?: Fence) =>
    kysely.updateTable("journal").set({ sealed }).where("id", "=", id).where(leaseHeldBy(fence)),

  delete: (id: string, fence?: Fence) =>
    kysely.deleteFrom("journal").where("id", "=", id).where(leaseHeldBy(fence)),

  /** Oldest first. */
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

  /** All entries in the order of their ids, from after `afterId`. */
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

  /** Replaces the sealed form of unchanged content. @returns false if it changed since it was read. */
  async reseal(read: Pick<JournalEntry, "id" | "sealed">, sealed: string): Promise<boolean> {
    const result = await kysely
      .updateTable("journal")
      .set({ sealed })
      .where("id", "=", read.id)
      .where("sealed", "=", read.sealed)
      .executeTakeFirst();
    return result.numUpdatedRows === 1n;
  },

  /** The users, in the order of their ids, who have entries although nobody holds a live lease on them. */
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
