import { type Compilable, type Selectable, sql } from "kysely";
import type { Database } from "./database.ts";
import { type Fence, fencedInsert } from "./fence.ts";
import type { Schema } from "./tables.ts";

/** A user's sealed fields. `version` grows with every change of them, across an erasure too. */
export type VaultRow = { userId: string; version: number; kid: string; sealed: string; updatedAt: number };

/** One row a user: the business fields as one compact JWE. */
export const vaultRepository = ({ kysely }: Pick<Database, "kysely">) => ({
  async find(userId: string): Promise<VaultRow | undefined> {
    const row = await kysely.selectFrom("vault").selectAll().where("user_id", "=", userId).executeTakeFirst();
    return row && toVaultRow(row);
  },

  /** The version without the content: enough to tell that nothing changed. 0 when nothing is stored. */
  async version(userId: string): Promise<number> {
    const row = await kysely
      .selectFrom("vault")
      .select("version")
      .where("user_id", "=", userId)
      .executeTakeFirst();
    return row?.version ?? 0;
  },

  /** Versions start from the clock, so that a row saved after an erasure never repeats an earlier version. */
  save: (row: { userId: string; kid: string; sealed: string; now: number }, fence?: Fence): Compilable =>
    fencedInsert(
      { kysely },
      "vault",
      { user_id: row.userId, version: row.now, kid: row.kid, sealed: row.sealed, updated_at: row.now },
      fence,
      sql`on conflict (user_id) do update set version = vault.version + 1, kid = excluded.kid,
        sealed = excluded.sealed, updated_at = excluded.updated_at`,
    ),

  /** Rows that another key than `kid` seals, in the order of their user ids, from after `afterUserId`. */
  async sealedUnderOtherKeys(kid: string, limit: number, afterUserId = ""): Promise<VaultRow[]> {
    const rows = await kysely
      .selectFrom("vault")
      .selectAll()
      .where("kid", "!=", kid)
      .where("user_id", ">", afterUserId)
      .orderBy("user_id")
      .limit(limit)
      .execute();
    return rows.map(toVaultRow);
  },

  /**
   * Replaces the sealed form of unchanged content, so the version stays.
   * @param read the row as it was read: a write that happened since wins.
   * @returns whether the row was still as read.
   */
  async reseal(read: VaultRow, kid: string, sealed: string): Promise<boolean> {
    const result = await kysely
      .updateTable("vault")
      .set({ kid, sealed })
      .where("user_id", "=", read.userId)
      .where("version", "=", read.version)
      .where("sealed", "=", read.sealed)
      .executeTakeFirst();
    return result.numUpdatedRows === 1n;
  },
});

const toVaultRow = (row: Selectable<Schema["vault"]>): VaultRow => ({
  userId: row.user_id,
  version: row.version,
  kid: row.kid,
  sealed: row.sealed,
  updatedAt: row.updated_at,
});
