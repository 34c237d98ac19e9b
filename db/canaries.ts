import type { Database } from "./database.ts";

export type Canaries = ReturnType<typeof canaryRepository>;

/** One known value sealed under each encryption key, to recognise a wrong key before it is used. */
export const canaryRepository = ({ kysely }: Pick<Database, "kysely">) => ({
  async find(kid: string): Promise<string | undefined> {
    const row = await kysely
      .selectFrom("canaries")
      .select("sealed")
      .where("kid", "=", kid)
      .executeTakeFirst();
    return row?.sealed;
  },

  /** Stores the canary unless another instance was first. */
  async insert(kid: string, sealed: string): Promise<void> {
    await kysely
      .insertInto("canaries")
      .values({ kid, sealed })
      .onConflict((conflict) => conflict.column("kid").doNothing())
      .execute();
  },

  /** The keys under which anything long-lived is sealed. */
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
