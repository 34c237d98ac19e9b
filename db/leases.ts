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

  /** Last statement of a fenced batch that goes on: it affects one row exactly when those before it took effect. */
  extend: ({ userId, token }: Fence, now: number, ttlMs: number) =>
    kysely
      .updateTable("leases")
      .set({ expires_at: now + ttlMs })
      .where("user_id", "=", userId)
      .where("token", "=", token),

  /** The same for a batch that ends the write. */
  release: ({ userId, token }: Fence) =>
    kysely.deleteFrom("leases").where("user_id", "=", userId).where("token", "=", token),
});
