import type { Database } from "./database.ts";
import type { Fence } from "./fence.ts";

/** One row for each user whose data is being written: writes of one user happen one after the other. */
export const leaseRepository = ({ kysely }: Pick<Database, "kysely">) => ({
  /**
   * Takes the user's lease if nobody holds a live one.
   * @param token names this writer; 128 random bits or more.
   * @returns whether the lease was taken.
   */
  async acquire(userId: string, token: string, now: number, ttlMs: number): Promise<boolean> {
    const taken = await kysely
      .insertInto("leases")
      .values({ user_id: userId, token, expires_at: now + ttlMs })
      .onConflict((conflict) =>
        conflict
          .column("user_id")
          .doUpdateSet({ token, expires_at: now + ttlMs })
          .where("leases.expires_at", "<=", now),
      )
      .returning("token")
      .executeTakeFirst();
    return taken !== undefined;
  },

  /** @returns false if the lease was lost to another writer meanwhile. */
  async extend({ userId, token }: Fence, now: number, ttlMs: number): Promise<boolean> {
    const result = await kysely
      .updateTable("leases")
      .set({ expires_at: now + ttlMs })
      .where("user_id", "=", userId)
      .where("token", "=", token)
      .executeTakeFirst();
    return result.numUpdatedRows === 1n;
  },

  /** Last statement of a fenced batch: it affects one row exactly when the fenced statements before it took effect. */
  release: ({ userId, token }: Fence) =>
    kysely.deleteFrom("leases").where("user_id", "=", userId).where("token", "=", token),
});
