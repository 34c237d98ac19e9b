import type { Database } from "./database.ts";
import { guardedInsert } from "./guard.ts";

/** A browser's session under `/medusa`. `seats` is JSON: which actor sits there, by which sign-in. */
export type MedusaSession = { idHash: string; userId: string; seats: string; expiresAt: number };

/** The table `medusa_sessions`. */
export const medusaSessionRepository = ({ kysely }: Pick<Database, "kysely">) => {
  const named = (idHash: string) => kysely.deleteFrom("medusa_sessions").where("id_hash", "=", idHash);
  return {
    /** @param person the keyed hash under which a tombstone would name them. */
    insert: ({ idHash, userId, seats, expiresAt }: MedusaSession, person: string) =>
      guardedInsert(
        { kysely },
        "medusa_sessions",
        { id_hash: idHash, user_id: userId, seats, expires_at: expiresAt },
        { person },
      ),

    async find(idHash: string, now: number): Promise<MedusaSession | undefined> {
      const row = await kysely
        .selectFrom("medusa_sessions")
        .selectAll()
        .where("id_hash", "=", idHash)
        .where("expires_at", ">", now)
        .executeTakeFirst();
      return row && { idHash, userId: row.user_id, seats: row.seats, expiresAt: row.expires_at };
    },

    /** Another set of seats, where nobody has changed them meanwhile. */
    reseat: ({ idHash, seats: former }: MedusaSession, seats: string) =>
      kysely
        .updateTable("medusa_sessions")
        .set({ seats })
        .where("id_hash", "=", idHash)
        .where("seats", "=", former),

    delete: named,
  };
};
