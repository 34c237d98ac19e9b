import { sql } from "kysely";
import type { Database } from "./database.ts";
import { vaultKids } from "./vault.ts";

/** Which keys the stored data needs, the canary of each key by its id, and the sealed secrets by their names. */
export type KeyState = {
  kidsInUse: string[];
  canaries: ReadonlyMap<string, string>;
  secrets: ReadonlyMap<string, string>;
};

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

  /** Reads in one round trip what a start compares with the configured keys. */
  async readKeyState(): Promise<KeyState> {
    const { rows } = await sql<{ what: "kid" | "canary" | "secret"; name: string; sealed: string | null }>`
      with recursive ${vaultKids}
      select 'kid' as what, kid as name, null as sealed from vault_kids where kid is not null
      union all select 'kid', kid, null from secrets
      union all select 'canary', kid, sealed from canaries
      union all select 'secret', name, sealed from secrets`.execute(kysely);
    const entries = (wanted: string) =>
      rows.filter(({ what }) => what === wanted).map(({ name, sealed }) => [name, sealed ?? ""] as const);
    return {
      kidsInUse: [...new Map(entries("kid")).keys()],
      canaries: new Map(entries("canary")),
      secrets: new Map(entries("secret")),
    };
  },
});
