import { base64url } from "jose";
import { type Compilable, type Selectable, sql } from "kysely";
import * as z from "zod";
import { Refusal } from "../src/problem.ts";
import type { Database } from "./database.ts";
import { type Guard, guardedInsert } from "./guard.ts";
import type { Schema } from "./tables.ts";

const activityDetail = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]),
);

/** Details of an event. They never hold a value of the person's data. */
export type ActivityDetail = z.infer<typeof activityDetail>;

/** One event of an account. A schema, because entries are also read back from sealed journal rows. */
export const activityEntry = z.object({
  id: z.string(),
  userId: z.string(),
  at: z.number(),
  event: z.string(),
  clientId: z.string(),
  requestId: z.string(),
  detail: activityDetail,
});

export type ActivityEntry = z.infer<typeof activityEntry>;

/** The table `activity`: the events of each account. */
export const activityRepository = ({ kysely }: Pick<Database, "kysely">) => ({
  /** Joins the batch of the change it records: one does not happen without the other. */
  insert: (entry: Omit<ActivityEntry, "id"> & { id?: string }, guard: Guard = {}): Compilable =>
    guardedInsert(
      { kysely },
      "activity",
      {
        id: entry.id ?? crypto.randomUUID(),
        user_id: entry.userId,
        at: entry.at,
        event: entry.event,
        client_id: entry.clientId,
        request_id: entry.requestId,
        detail: JSON.stringify(entry.detail),
      },
      guard,
    ),

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
});

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
