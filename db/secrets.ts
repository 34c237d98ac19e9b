import type { Database } from "./database.ts";

/** A secret that the service made for itself, sealed in the same way as the vault. */
export type SecretRow = { name: string; kid: string; sealed: string };

export type Secrets = ReturnType<typeof secretRepository>;

/** The table `secrets`: secrets that are made once and used by all instances. */
export const secretRepository = ({ kysely }: Pick<Database, "kysely">) => ({
  async find(name: string): Promise<SecretRow | undefined> {
    return kysely.selectFrom("secrets").selectAll().where("name", "=", name).executeTakeFirst();
  },

  /** Stores the secret, unless another instance has stored one with this name. */
  async insert(row: SecretRow): Promise<void> {
    await kysely
      .insertInto("secrets")
      .values(row)
      .onConflict((conflict) => conflict.column("name").doNothing())
      .execute();
  },

  async sealedUnderOtherKeys(kid: string): Promise<SecretRow[]> {
    return kysely.selectFrom("secrets").selectAll().where("kid", "!=", kid).execute();
  },

  /** Stores the same secret sealed under another key. @returns false if the row has changed since it was read. */
  async reseal(read: SecretRow, kid: string, sealed: string): Promise<boolean> {
    const result = await kysely
      .updateTable("secrets")
      .set({ kid, sealed })
      .where("name", "=", read.name)
      .where("sealed", "=", read.sealed)
      .executeTakeFirst();
    return result.numUpdatedRows === 1n;
  },
});
