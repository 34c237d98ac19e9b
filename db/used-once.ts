import type { Database } from "./database.ts";

/** The table `used_once`: what works once, such as a flow of sign-in or a logout token. */
export const usedOnceRepository = ({ kysely }: Pick<Database, "kysely">) => ({
  /** Uses it up. @returns true for one of any number of callers. */
  async use(id: string, expiresAt: number): Promise<boolean> {
    const row = await kysely
      .insertInto("used_once")
      .values({ id, expires_at: expiresAt })
      .onConflict((conflict) => conflict.column("id").doNothing())
      .returning("id")
      .executeTakeFirst();
    return row !== undefined;
  },

  async isUsed(id: string): Promise<boolean> {
    const row = await kysely.selectFrom("used_once").select("id").where("id", "=", id).executeTakeFirst();
    return row !== undefined;
  },
});
