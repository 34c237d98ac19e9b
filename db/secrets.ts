import type { Database } from "./database.ts";

/** A secret the service made for itself, sealed like the vault. */
export type SecretRow = { name: string; kid: string; sealed: string };

export type Secrets = ReturnType<typeof secretRepository>;

/** Secrets shared by all instances, made once. */
export const secretRepository = ({ kysely }: Pick<Database, "kysely">) => ({
  async find(name: string): Promise<SecretRow | undefined> {
    return kysely.selectFrom("secrets").selectAll().where("name", "=", name).executeTakeFirst();
  },

  /** Stores the secret unless another instance was first. */
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

  /** Replaces the sealed form of an unchanged secret. @returns false if it changed since it was read. */
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
