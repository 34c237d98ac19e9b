import { type Compilable, type Selectable, sql } from "kysely";
import * as z from "zod";
import type { Database } from "./database.ts";
import { compilable, type Guard, holds } from "./guard.ts";
import type { Schema } from "./schema.ts";

/** What a change has replaced: one sign-in identifier, or the other fields that it changed. */
type FormerKind = "identifier" | "fields";

/** Times are epoch ms. */
export type FormerRow = {
  id: string;
  userId: string;
  kind: FormerKind;
  /** Orders the rows of a person as the changes were made. */
  sequence: number;
  /** Pointers of the fields that were changed. */
  fields: readonly string[];
  /** The request that made the change, as its entry in the activity names it. */
  requestId: string;
  sealed: string;
  madeAt: number;
  expiresAt: number;
};

export type NewFormerRow = Omit<FormerRow, "sequence"> & {
  /** Hash of the token by which the change can be undone without a sign-in. */
  tokenHash: string | null;
  kid: string;
};

/** The oldest changes of an identifier count, so that nobody pushes them out: further ones are not kept. */
const maxOfIdentifier = 20;
/** Of other fields, the newest changes are kept. */
const maxOfFields = 40;

/** The table `former_values`: what can still be put back, sealed. */
export const formerValueRepository = ({ kysely }: Pick<Database, "kysely">) => {
  const live = (now: number) => kysely.selectFrom("former_values").selectAll().where("expires_at", ">", now);

  return {
    /** Joins the batch of the change. */
    insert: (row: NewFormerRow, guard: Guard): Compilable => compilable(kysely, insertion(row, guard)),

    /** Deletes all but the newest changes of plain fields. */
    keepNewest: (userId: string): Compilable =>
      kysely
        .deleteFrom("former_values")
        .where("user_id", "=", userId)
        .where("kind", "=", "fields")
        .where("id", "not in", (query) =>
          query
            .selectFrom("former_values")
            .select("id")
            .where("user_id", "=", userId)
            .where("kind", "=", "fields")
            .orderBy("sequence", "desc")
            .limit(maxOfFields),
        ),

    /** @returns a live row of this person. */
    async find(userId: string, id: string, now: number): Promise<FormerRow | undefined> {
      const row = await live(now).where("id", "=", id).where("user_id", "=", userId).executeTakeFirst();
      return row && toRow(row);
    },

    /** @returns the live row to which the token belongs, whoever's it is. */
    async findByToken(tokenHash: string, now: number): Promise<FormerRow | undefined> {
      const row = await live(now).where("token_hash", "=", tokenHash).executeTakeFirst();
      return row && toRow(row);
    },

    /** @returns the live rows of a person, newest first. */
    async list(userId: string, now: number): Promise<FormerRow[]> {
      const rows = await live(now).where("user_id", "=", userId).orderBy("sequence", "desc").execute();
      return rows.map(toRow);
    },

    delete: (id: string, guard: Guard = {}): Compilable =>
      kysely.deleteFrom("former_values").where("id", "=", id).where(holds(guard)),

    /**
     * For when an identifier is put back: its row and the rows of the later changes of the same identifier go, and no link
     * of any later change works any more. Whoever had an earlier value keeps their link.
     */
    endFrom: (
      { userId, fields, sequence }: Pick<FormerRow, "userId" | "fields" | "sequence">,
      guard: Guard,
    ): Compilable[] => [
      kysely
        .deleteFrom("former_values")
        .where("user_id", "=", userId)
        .where("kind", "=", "identifier")
        .where("fields", "=", JSON.stringify(fields))
        .where("sequence", ">=", sequence)
        .where(holds(guard)),
      kysely
        .updateTable("former_values")
        .set({ token_hash: null })
        .where("user_id", "=", userId)
        .where("sequence", ">", sequence)
        .where(holds(guard)),
    ],

    /** @returns the ids of the keys that seal rows, each found by one step in the index. */
    async kids(): Promise<string[]> {
      const kids: string[] = [];
      for (;;) {
        const next = await kysely
          .selectFrom("former_values")
          .select("kid")
          .where("kid", ">", kids.at(-1) ?? "")
          .orderBy("kid")
          .limit(1)
          .executeTakeFirst();
        if (!next) return kids;
        kids.push(next.kid);
      }
    },

    /** @returns a page of the rows that a key seals, in the order of their ids, after `afterId`. */
    async sealedUnder(
      kid: string,
      limit: number,
      afterId = "",
    ): Promise<Pick<FormerRow, "id" | "userId" | "sealed">[]> {
      return kysely
        .selectFrom("former_values")
        .select(["id", "user_id as userId", "sealed"])
        .where("kid", "=", kid)
        .where("id", ">", afterId)
        .orderBy("id")
        .limit(limit)
        .execute();
    },

    /** Stores the same content sealed under another key. */
    reseal: (kid: string, read: Pick<FormerRow, "id" | "sealed">, sealed: string): Compilable =>
      kysely
        .updateTable("former_values")
        .set({ kid, sealed })
        .where("id", "=", read.id)
        .where("sealed", "=", read.sealed),
  };
};

/** The sequence follows the rows that there are: a clock may go back, or differ between instances. */
const insertion = (row: NewFormerRow, guard: Guard) => {
  const fields = JSON.stringify(row.fields);
  const isRoom =
    row.kind === "fields"
      ? sql`1 = 1`
      : sql`(select count(*) from former_values as kept where kept.user_id = ${row.userId}
          and kept.kind = 'identifier' and kept.fields = ${fields} and kept.expires_at > ${row.madeAt}) < ${sql.lit(maxOfIdentifier)}`;
  return sql`insert into former_values
    (id, user_id, kind, sequence, fields, request_id, token_hash, kid, sealed, made_at, expires_at)
    select cast(${row.id} as text), cast(${row.userId} as text), cast(${row.kind} as text),
      coalesce((select max(former.sequence) from former_values as former where former.user_id = ${row.userId}), 0) + 1,
      cast(${fields} as text), cast(${row.requestId} as text), cast(${row.tokenHash} as text), cast(${row.kid} as text),
      cast(${row.sealed} as text), cast(${row.madeAt} as bigint), cast(${row.expiresAt} as bigint)
    where ${holds(guard)} and ${isRoom}`;
};

const pointers = z.array(z.string());

const toRow = (row: Selectable<Schema["former_values"]>): FormerRow => ({
  id: row.id,
  userId: row.user_id,
  kind: row.kind,
  sequence: row.sequence,
  fields: pointers.parse(JSON.parse(row.fields)),
  requestId: row.request_id,
  sealed: row.sealed,
  madeAt: row.made_at,
  expiresAt: row.expires_at,
});
