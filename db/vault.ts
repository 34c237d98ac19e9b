import { type Compilable, type Selectable, sql } from "kysely";
import type { Database } from "./database.ts";
import { type Guard, guardedInsert } from "./guard.ts";
import type { Schema } from "./tables.ts";

/** A user's sealed fields. `version` grows with every change, also after an erasure. */
export type VaultRow = { userId: string; version: number; kid: string; sealed: string; updatedAt: number };

/** The table `vault`: for each user one row with all business fields, as a compact JWE. */
export const vaultRepository = ({ kysely }: Pick<Database, "kysely">) => ({
  async find(userId: string): Promise<VaultRow | undefined> {
    const row = await kysely.selectFrom("vault").selectAll().where("user_id", "=", userId).executeTakeFirst();
    return row && toVaultRow(row);
  },

  /** @returns the version of the row, 0 if there is none: enough to see whether anything changed. */
  async version(userId: string): Promise<number> {
    const row = await kysely
      .selectFrom("vault")
      .select("version")
      .where("user_id", "=", userId)
      .executeTakeFirst();
    return row?.version ?? 0;
  },

  /** Versions start from the clock, so that a row saved after an erasure never repeats an earlier version. */
  save: (row: { userId: string; kid: string; sealed: string; now: number }, guard: Guard = {}): Compilable =>
    guardedInsert(
      { kysely },
      "vault",
      { user_id: row.userId, version: row.now, kid: row.kid, sealed: row.sealed, updated_at: row.now },
      guard,
      sql`on conflict (user_id) do update set version = vault.version + 1, kid = excluded.kid,
        sealed = excluded.sealed, updated_at = excluded.updated_at`,
    ),

  /** @returns a page of the rows that another key seals, in the order of their user ids, after `afterUserId`. */
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
   * Stores the same content sealed under another key. The version does not change.
   * @param read the row as it was read.
   * @returns false if the row has changed since it was read; then nothing is stored.
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
