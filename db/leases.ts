import type { Database } from "./database.ts";
import type { Fence } from "./guard.ts";

/** The table `leases`: a row for each user whose data is being written, so that one writer at a time does it. */
export const leaseRepository = ({ kysely }: Pick<Database, "kysely">) => ({
  /**
   * Takes the user's lease, unless another writer holds it and it has not expired.
   * @param token identifies this writer; at least 128 random bits.
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

  /** The last statement of a fenced batch: it affects a row if and only if the other statements took effect. */
  extend: ({ userId, token }: Fence, now: number, ttlMs: number) =>
    kysely
      .updateTable("leases")
      .set({ expires_at: now + ttlMs })
      .where("user_id", "=", userId)
      .where("token", "=", token),

  /** The same for the last batch of a write. */
  release: ({ userId, token }: Fence) =>
    kysely.deleteFrom("leases").where("user_id", "=", userId).where("token", "=", token),
});
