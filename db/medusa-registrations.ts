import type { Database } from "./database.ts";

/** The table `medusa_registrations`: accounts that are being made. */
export const medusaRegistrationRepository = ({ kysely }: Pick<Database, "kysely">) => ({
  /** @param dueAt when it counts as abandoned; epoch ms. */
  async begin(userId: string, dueAt: number): Promise<void> {
    await kysely.insertInto("medusa_registrations").values({ user_id: userId, due_at: dueAt }).execute();
  },

  /** It is finished, or removed. */
  async end(userId: string): Promise<void> {
    await kysely.deleteFrom("medusa_registrations").where("user_id", "=", userId).execute();
  },

  /** @returns the accounts that were never finished, the oldest first. */
  async abandoned(now: number, limit: number): Promise<string[]> {
    const rows = await kysely
      .selectFrom("medusa_registrations")
      .select("user_id")
      .where("due_at", "<=", now)
      .orderBy("due_at")
      .limit(limit)
      .execute();
    return rows.map(({ user_id }) => user_id);
  },
});
