import { sql } from "kysely";
import type { Database } from "./database.ts";
import { type Fence, type Guard, insertWhile } from "./guard.ts";

/** The table `leases`: a row for each user whose data is being written, so that one writer at a time does it. */
export const leaseRepository = ({ kysely }: Pick<Database, "kysely">) => ({
  /**
   * Takes the user's lease, unless another writer holds it and it has not expired.
   * @param token identifies this writer; at least 128 random bits.
   * @param guard names the person, so that no lease is left behind for one who is erased.
   * @returns whether the lease was taken.
   */
  async acquire(
    userId: string,
    token: string,
    now: number,
    ttlMs: number,
    guard: Pick<Guard, "person"> = {},
  ): Promise<boolean> {
    const { rows } = await insertWhile<{ token: string }>(
      guard,
      "leases",
      { user_id: userId, token, expires_at: now + ttlMs },
      sql`on conflict (user_id) do update set token = excluded.token, expires_at = excluded.expires_at
        where leases.expires_at <= ${now} returning token`,
    ).execute(kysely);
    return rows.length === 1;
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
