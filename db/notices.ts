import { type Compilable, type RawBuilder, type Selectable, sql } from "kysely";
import type { Database } from "./database.ts";
import { type Guard, holds } from "./guard.ts";
import type { Schema } from "./schema.ts";

/** A message to a person that waits to be sent. Times are epoch ms. */
export type Notice = {
  id: string;
  userId: string;
  kind: string;
  /** What it says and to whom, sealed. */
  sealed: string;
  createdAt: number;
  expiresAt: number;
};

/** A notice that one of several instances has taken, to send it. */
export type TakenNotice = Notice & {
  /** How often it was taken, this time included. */
  attempts: number;
};

/** A notice in a batch. Whoever runs the batch can see by its result whether it was stored. */
export class NoticeInsert implements Compilable {
  readonly id: string;
  readonly compile: Compilable["compile"];

  constructor(id: string, compile: Compilable["compile"]) {
    this.id = id;
    this.compile = compile;
  }
}

/** The table `notices`: the outbox. */
export const noticeRepository = ({ kysely }: Pick<Database, "kysely">) => ({
  /**
   * Joins the batch of the change that it tells of: one does not happen without the other. A kind that the person has
   * muted is not stored.
   * @param newBrowser store it only if the person has used other browsers, and not this one.
   */
  insert(notice: Notice, guard: Guard, newBrowser?: string): NoticeInsert {
    const { id, userId, kind, sealed, createdAt, expiresAt } = notice;
    const isWanted = sql`not exists (
      select 1 from muted_notices where muted_notices.user_id = ${userId} and muted_notices.kind = ${kind})`;
    const conditions: RawBuilder<unknown>[] = [holds(guard), isWanted];
    if (newBrowser !== undefined) conditions.push(isUnknown(userId, newBrowser));
    const insert = sql`insert into notices
      (id, user_id, kind, sealed, created_at, attempts, retry_at, expires_at)
      select ${id}, ${userId}, ${kind}, ${sealed}, ${createdAt}, 0, ${createdAt}, ${expiresAt}
      where ${sql.join(conditions, sql` and `)}`;
    return new NoticeInsert(id, () => insert.compile(kysely));
  },

  /** The ids of those that are due, the longest waiting first. */
  async due(now: number, limit: number): Promise<string[]> {
    const rows = await kysely
      .selectFrom("notices")
      .select("id")
      .where("retry_at", "<=", now)
      .orderBy("retry_at")
      .orderBy("id")
      .limit(limit)
      .execute();
    return rows.map(({ id }) => id);
  },

  /**
   * Takes a notice that is due, for one of several instances, and puts its next try off.
   * @returns undefined when it is not due, or gone.
   */
  async take(id: string, now: number, retryAt: number): Promise<TakenNotice | undefined> {
    const row = await kysely
      .updateTable("notices")
      .set((column) => ({ attempts: column("attempts", "+", 1), retry_at: retryAt }))
      .where("id", "=", id)
      .where("retry_at", "<=", now)
      .returningAll()
      .executeTakeFirst();
    return row && { ...toNotice(row), attempts: row.attempts };
  },

  /** Puts the next try off after one that failed, unless another instance has taken it since. */
  async postpone({ id, attempts }: Pick<TakenNotice, "id" | "attempts">, retryAt: number): Promise<void> {
    await kysely
      .updateTable("notices")
      .set({ retry_at: retryAt })
      .where("id", "=", id)
      .where("attempts", "=", attempts)
      .execute();
  },

  delete: (id: string) => kysely.deleteFrom("notices").where("id", "=", id),

  /** @returns how many wait (above a thousand, a thousand), and since when the oldest does. */
  async backlog(): Promise<{ waiting: number; oldestAt: number | null }> {
    const oldest = kysely.selectFrom("notices").select("created_at").orderBy("created_at").limit(1000);
    const { waiting, oldestAt } = await kysely
      .selectFrom(oldest.as("oldest"))
      .select(({ fn }) => [
        fn.countAll<number>().as("waiting"),
        fn.min<number | null>("created_at").as("oldestAt"),
      ])
      .executeTakeFirstOrThrow();
    return { waiting, oldestAt };
  },

  /** @returns a page of all notices in the order of their ids, starting after `afterId`. */
  async page(limit: number, afterId = ""): Promise<Notice[]> {
    const rows = await kysely
      .selectFrom("notices")
      .selectAll()
      .where("id", ">", afterId)
      .orderBy("id")
      .limit(limit)
      .execute();
    return rows.map(toNotice);
  },

  /** Stores the same content sealed under another key, unless the row has changed since it was read. */
  reseal: (read: Pick<Notice, "id" | "sealed">, sealed: string) =>
    kysely.updateTable("notices").set({ sealed }).where("id", "=", read.id).where("sealed", "=", read.sealed),
});

/** The first browser of all is no news. */
const isUnknown = (userId: string, browser: string) =>
  sql`exists (select 1 from known_browsers where known_browsers.user_id = ${userId})
    and not exists (select 1 from known_browsers
      where known_browsers.user_id = ${userId} and known_browsers.browser = ${browser})`;

const toNotice = (row: Selectable<Schema["notices"]>): Notice => ({
  id: row.id,
  userId: row.user_id,
  kind: row.kind,
  sealed: row.sealed,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
});
