import { type Compilable, type Selectable, sql } from "kysely";
import type { Database } from "./database.ts";
import { compilable, type Guard, guardedInsert } from "./guard.ts";
import type { Schema } from "./schema.ts";

/** A user's sealed fields. `version` grows with every change, also after an erasure. */
export type VaultRow = { userId: string; version: number; kid: string; sealed: string; updatedAt: number };

/**
 * A common table expression, `vault_kids`, for WITH RECURSIVE: each key is found by one step in the index, so that its
 * cost is the number of keys. The last row is null.
 */
export const vaultKids = sql`vault_kids(kid) as (
  select (select kid from vault order by kid limit 1)
  union all
  select (select vault.kid from vault where vault.kid > vault_kids.kid order by vault.kid limit 1)
  from vault_kids where vault_kids.kid is not null)`;

/** The table `vault`: for each user one row with all business fields, as a compact JWE. */
export const vaultRepository = ({ kysely }: Pick<Database, "kysely">) => ({
  find: rowFinder(kysely),

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

  /** @returns the ids of the keys that seal rows. */
  async kids(): Promise<string[]> {
    const { rows } = await sql<{ kid: string }>`with recursive ${vaultKids} select kid from vault_kids
      where kid is not null`.execute(kysely);
    return rows.map(({ kid }) => kid);
  },

  /** @returns a page of the rows that a key seals, in the order of their user ids, after `afterUserId`. */
  async sealedUnder(kid: string, limit: number, afterUserId = ""): Promise<VaultRow[]> {
    const rows = await kysely
      .selectFrom("vault")
      .selectAll()
      .where("kid", "=", kid)
      .where("user_id", ">", afterUserId)
      .orderBy("user_id")
      .limit(limit)
      .execute();
    return rows.map(toVaultRow);
  },

  /** @returns how many rows a key seals, counted in pieces. */
  async countUnder(kid: string): Promise<number> {
    let counted = 0;
    for (let piece = await countPiece(kysely, kid, ""); piece; ) {
      counted += piece.count;
      piece = piece.last === null ? undefined : await countPiece(kysely, kid, piece.last);
    }
    return counted;
  },

  /**
   * Stores the same content of several rows sealed under another key. The versions do not change.
   * @param rows with the versions that were read: a row that has changed since keeps its new content.
   * @returns statements for one batch. The rows that they affect are those that were stored.
   */
  reseal: (kid: string, rows: readonly Pick<VaultRow, "userId" | "version" | "sealed">[]): Compilable[] =>
    Array.from({ length: Math.ceil(rows.length / rowsPerReseal) }, (_, index) =>
      compilable(
        kysely,
        resealStatement(kid, rows.slice(index * rowsPerReseal, (index + 1) * rowsPerReseal)),
      ),
    ),
});

const rowsPerCount = 10_000;

async function countPiece(kysely: Database["kysely"], kid: string, after: string) {
  const { rows } = await sql<{ count: number; last: string | null }>`
    select count(*) as count, max(user_id) as last from (
      select user_id from vault where kid = ${kid} and user_id > ${after} order by user_id limit ${rowsPerCount}
    ) as piece`.execute(kysely);
  return rows[0];
}

/** With three parameters a row and one more, no statement exceeds the 100 parameters of D1. */
const rowsPerReseal = 32;

const resealStatement = (kid: string, rows: readonly Pick<VaultRow, "userId" | "version" | "sealed">[]) => {
  const values = rows.map(
    ({ userId, version, sealed }) =>
      sql`(cast(${userId} as text), cast(${version} as bigint), cast(${sealed} as text))`,
  );
  return sql`with resealed(user_id, version, sealed) as (values ${sql.join(values)})
    update vault set kid = ${kid}, sealed = resealed.sealed from resealed
    where vault.user_id = resealed.user_id and vault.version = resealed.version`;
};

/** Every read of a profile asks for its row, so the statement is compiled once. */
function rowFinder(kysely: Database["kysely"]): (userId: string) => Promise<VaultRow | undefined> {
  const compiled = kysely.selectFrom("vault").selectAll().where("user_id", "=", "").compile();
  return async (userId) => {
    const { rows } = await kysely.executeQuery<Selectable<Schema["vault"]>>({
      ...compiled,
      parameters: [userId],
    });
    return rows[0] && toVaultRow(rows[0]);
  };
}

const toVaultRow = (row: Selectable<Schema["vault"]>): VaultRow => ({
  userId: row.user_id,
  version: row.version,
  kid: row.kid,
  sealed: row.sealed,
  updatedAt: row.updated_at,
});
