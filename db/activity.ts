import { base64url } from "jose";
import { type Compilable, type Selectable, sql } from "kysely";
import { orderedId } from "../src/ordered-id.ts";
import { Refusal } from "../src/problem.ts";
import { type ActivityEntry, ActivityInsert, activityDetail, type ChainedEntry } from "./activity-entry.ts";
import type { SealedHead } from "./activity-heads.ts";
import type { Database } from "./database.ts";
import type { Guard } from "./guard.ts";
import type { Schema } from "./schema.ts";

/** The table `activity`: the events of each account. */
export const activityRepository = ({ kysely }: Pick<Database, "kysely">) => ({
  /** Joins the batch of the change it records: one does not happen without the other. */
  insert: (entry: Omit<ActivityEntry, "id"> & { id?: string }, guard: Guard = {}): Compilable =>
    new ActivityInsert({ ...entry, id: entry.id ?? orderedId(entry.at) }, guard),

  /**
   * Reads one page, newest first.
   * @param cursor the `nextCursor` of the page before; the first page has none.
   * @throws {Refusal} `bad_request` for a cursor that is malformed.
   */
  async list(
    userId: string,
    limit: number,
    cursor?: string,
  ): Promise<{ items: ActivityEntry[]; nextCursor?: string }> {
    let query = kysely.selectFrom("activity").selectAll().where("user_id", "=", userId);
    if (cursor !== undefined) {
      const { at, id } = parseCursor(cursor);
      query = query.where(sql<boolean>`(at, id) < (${at}, ${id})`);
    }
    const rows = await query
      .orderBy("at", "desc")
      .orderBy("id", "desc")
      .limit(limit + 1)
      .execute();
    const items = rows.slice(0, limit).map(toEntry);
    const last = items.at(-1);
    return last && rows.length > limit ? { items, nextCursor: formatCursor(last) } : { items };
  },

  /** @returns the refused tries to prove that somebody is this person, up to a time, newest first. */
  async refusedProofs(userId: string, until: number, limit: number): Promise<ActivityEntry[]> {
    const rows = await kysely
      .selectFrom("activity")
      .selectAll()
      .where("user_id", "=", userId)
      // Written out, or the databases do not see that the index on these entries fits.
      .where("event", "=", sql.lit("step_up.refused"))
      .where("at", "<=", until)
      .orderBy("at", "desc")
      .limit(limit)
      .execute();
    return rows.map(toEntry);
  },

  /** @returns the newest entries of a person's chain, in its order. */
  async newest(userId: string, limit: number): Promise<ChainedRow[]> {
    const rows = await chained(kysely)
      .where("activity.user_id", "=", userId)
      .orderBy("activity.sequence", "desc")
      .limit(limit)
      .execute();
    return rows.map(toChained).reverse();
  },

  /** @returns a page of one person's chain, in its order. */
  async chain(userId: string, limit: number, after: number): Promise<ChainedRow[]> {
    const rows = await chained(kysely)
      .where("activity.user_id", "=", userId)
      .where("activity.sequence", ">", after)
      .orderBy("activity.sequence")
      .limit(limit)
      .execute();
    return rows.map(toChained);
  },

  /** @returns a page of everybody's chains, one after the other, each in its order. */
  async chains(limit: number, after: { userId: string; sequence: number }): Promise<ChainedRow[]> {
    const rows = await chained(kysely)
      .where(sql<boolean>`(activity.user_id, activity.sequence) > (${after.userId}, ${after.sequence})`)
      .orderBy("activity.user_id")
      .orderBy("activity.sequence")
      .limit(limit)
      .execute();
    return rows.map(toChained);
  },

  /** @returns a page of everybody's entries that belong to no chain, by user, time and id. */
  async unchained(limit: number, after: UnchainedRow): Promise<UnchainedRow[]> {
    return kysely
      .selectFrom("activity")
      .select(["user_id as userId", "at", "id"])
      .where("sequence", "is", null)
      .where(sql<boolean>`(user_id, at, id) > (${after.userId}, ${after.at}, ${after.id})`)
      .orderBy("user_id")
      .orderBy("at")
      .orderBy("id")
      .limit(limit)
      .execute();
  },

  /** @returns how many of one person's entries up to a time belong to no chain. */
  async countUnchained(userId: string, until: number): Promise<number> {
    const { count } = await kysely
      .selectFrom("activity")
      .select(sql<number>`count(*)`.as("count"))
      .where("user_id", "=", userId)
      .where("sequence", "is", null)
      .where("at", "<=", until)
      .executeTakeFirstOrThrow();
    return count;
  },

  /** @returns a page of one person's entries that belong to no chain, by time and id. */
  async unchainedOf(
    userId: string,
    limit: number,
    after: { at: number; id: string } | undefined,
  ): Promise<ActivityEntry[]> {
    let query = kysely
      .selectFrom("activity")
      .selectAll()
      .where("user_id", "=", userId)
      .where("sequence", "is", null);
    if (after) query = query.where(sql<boolean>`(at, id) > (${after.at}, ${after.id})`);
    const rows = await query.orderBy("at").orderBy("id").limit(limit).execute();
    return rows.map(toEntry);
  },

  /** @returns when the newest entry of all was made; undefined if there is none. */
  async latest(): Promise<number | undefined> {
    const row = await kysely
      .selectFrom("activity")
      .select("at")
      .orderBy("at", "desc")
      .limit(1)
      .executeTakeFirst();
    return row?.at;
  },

  /** @returns those of one person's entries after a time that belong to no chain. */
  async unchainedAfter(userId: string, at: number, limit: number): Promise<{ id: string; at: number }[]> {
    return kysely
      .selectFrom("activity")
      .select(["id", "at"])
      .where("user_id", "=", userId)
      .where("sequence", "is", null)
      .where("at", ">", at)
      .orderBy("at")
      .limit(limit)
      .execute();
  },
});

export type UnchainedRow = { userId: string; at: number; id: string };

/** An entry of a chain, with its seal and the head of the chain as it stands in the same moment. */
export type ChainedRow = ChainedEntry & { kid: string; mac: string; head: SealedHead | undefined };

const chained = (kysely: Database["kysely"]) =>
  kysely
    .selectFrom("activity")
    .leftJoin("activity_heads as head", "head.user_id", "activity.user_id")
    .selectAll("activity")
    .select([
      "head.sequence as head_sequence",
      "head.at as head_at",
      "head.mac as head_mac",
      "head.kid as head_kid",
      "head.seal as head_seal",
    ])
    .where("activity.sequence", "is not", null);

type Read = Awaited<ReturnType<ReturnType<typeof chained>["execute"]>>[number];

/** A column that somebody has emptied does not fit its MAC. */
function toChained(row: Read): ChainedRow {
  const { head_sequence, head_at, head_mac, head_kid, head_seal, ...entry } = row;
  const head =
    head_sequence === null || head_at === null || head_mac === null || head_kid === null || head_seal === null
      ? undefined
      : {
          user_id: row.user_id,
          sequence: head_sequence,
          at: head_at,
          mac: head_mac,
          kid: head_kid,
          seal: head_seal,
        };
  return {
    ...entry,
    sequence: row.sequence ?? 0,
    previous_at: row.previous_at ?? 0,
    previous_mac: row.previous_mac ?? "",
    kid: row.kid ?? "",
    mac: row.mac ?? "",
    head,
  };
}

const formatCursor = ({ at, id }: ActivityEntry) => base64url.encode(`${at}.${id}`);

function parseCursor(cursor: string) {
  const match = /^[\w-]{1,200}$/.test(cursor) && /^(\d{1,15})\.([\w-]{1,64})$/.exec(decode(cursor));
  const [, at, id] = match || [];
  if (at === undefined || id === undefined) throw new Refusal("bad_request");
  return { at: Number(at), id };
}

function decode(cursor: string) {
  try {
    return new TextDecoder().decode(base64url.decode(cursor));
  } catch {
    return "";
  }
}

const toEntry = (row: Selectable<Schema["activity"]>): ActivityEntry => ({
  id: row.id,
  userId: row.user_id,
  at: row.at,
  event: row.event,
  clientId: row.client_id,
  requestId: row.request_id,
  detail: activityDetail.parse(JSON.parse(row.detail)),
});
