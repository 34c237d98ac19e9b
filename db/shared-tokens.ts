import type { Database } from "./database.ts";

/** The table `shared_tokens`: M2M tokens for runtimes whose instances share only the database. */
export const sharedTokenRepository = ({ kysely }: Pick<Database, "kysely">) => ({
  /** @returns the sealed token, or undefined if there is none or it has expired. */
  async find(name: string, now: number): Promise<string | undefined> {
    const row = await kysely
      .selectFrom("shared_tokens")
      .select("sealed")
      .where("name", "=", name)
      .where("expires_at", ">", now)
      .executeTakeFirst();
    return row?.sealed;
  },

  /** Stores a token; it replaces the one with the same name. */
  async save(name: string, sealed: string, expiresAt: number): Promise<void> {
    const row = { sealed, expires_at: expiresAt };
    await kysely
      .insertInto("shared_tokens")
      .values({ name, ...row })
      .onConflict((conflict) => conflict.column("name").doUpdateSet(row))
      .execute();
  },
});
