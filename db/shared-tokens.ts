import type { Database } from "./database.ts";

/** Tokens of the service itself, for runtimes whose instances share nothing but the database. */
export const sharedTokenRepository = ({ kysely }: Pick<Database, "kysely">) => ({
  /** @returns the sealed token, unless it has expired. */
  async find(name: string, now: number): Promise<string | undefined> {
    const row = await kysely
      .selectFrom("shared_tokens")
      .select("sealed")
      .where("name", "=", name)
      .where("expires_at", ">", now)
      .executeTakeFirst();
    return row?.sealed;
  },

  /** Stores a token in place of the one before it. */
  async save(name: string, sealed: string, expiresAt: number): Promise<void> {
    const row = { sealed, expires_at: expiresAt };
    await kysely
      .insertInto("shared_tokens")
      .values({ name, ...row })
      .onConflict((conflict) => conflict.column("name").doUpdateSet(row))
      .execute();
  },
});
