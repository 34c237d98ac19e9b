import type { Database } from "./database.ts";

export type Canaries = ReturnType<typeof canaryRepository>;

/** The table `canaries`: a known value sealed under each encryption key, by which a wrong key is recognised. */
export const canaryRepository = ({ kysely }: Pick<Database, "kysely">) => ({
  async find(kid: string): Promise<string | undefined> {
    const row = await kysely
      .selectFrom("canaries")
      .select("sealed")
      .where("kid", "=", kid)
      .executeTakeFirst();
    return row?.sealed;
  },

  /** Stores the canary, unless another instance has stored one for this key. */
  async insert(kid: string, sealed: string): Promise<void> {
    await kysely
      .insertInto("canaries")
      .values({ kid, sealed })
      .onConflict((conflict) => conflict.column("kid").doNothing())
      .execute();
  },

  /** @returns the ids of the keys under which rows of the vault or secrets are sealed. */
  async kidsInUse(): Promise<string[]> {
    const rows = await kysely
      .selectFrom("vault")
      .select("kid")
      .distinct()
      .union(kysely.selectFrom("secrets").select("kid"))
      .execute();
    return rows.map(({ kid }) => kid);
  },
});
