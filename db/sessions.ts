import { type Compilable, type Selectable, sql } from "kysely";
import type { Database } from "./database.ts";
import { type Guard, guardedInsert, holds } from "./guard.ts";
import type { Schema } from "./schema.ts";

/** A browser's session. Only a hash of its id is stored. Times are epoch milliseconds. */
export type SessionRow = {
  idHash: string;
  /** The name of the session. It stays when the id changes. */
  ref: string;
  userId: string;
  /** Logto's session. */
  sid: string | null;
  method: string;
  startedAt: number;
  authTime: number | null;
  seenAt: number;
  /** The end, unless the session is used before. */
  expiresAt: number;
  /** The end, however much it is used. */
  endsAt: number;
  /** Sealed by the vault. */
  about: string;
  /** Sealed under a key made from the id. */
  tokens: string;
  /** Logto has said that the session goes on until this moment. */
  checkedUntil: number;
  /** Whether a request is asking Logto now, or was when it died. */
  isLeased: boolean;
};

/** Which sessions of a person end: all but one, or those that Logto does not count to a change this service made. */
export type SessionChoice = { exceptRef?: string | undefined; exceptKeptAt?: number | undefined };

/** The table `sessions`: the sessions of browsers. */
export const sessionRepository = ({ kysely }: Pick<Database, "kysely">) => {
  const named = (idHash: string) => kysely.updateTable("sessions").where("id_hash", "=", idHash);

  return {
    insert: (row: Omit<SessionRow, "isLeased">, guard: Guard): Compilable =>
      guardedInsert({ kysely }, "sessions", toColumns(row), guard),

    /** @returns the session if it is live. */
    async find(idHash: string, now: number): Promise<SessionRow | undefined> {
      const row = await kysely
        .selectFrom("sessions")
        .selectAll()
        .where("id_hash", "=", idHash)
        .where("expires_at", ">", now)
        .executeTakeFirst();
      return row && toSession(row);
    },

    /** @returns the live sessions of a person, the newest first, at most `limit`. */
    async ofPerson(userId: string, now: number, limit: number): Promise<SessionRow[]> {
      const rows = await kysely
        .selectFrom("sessions")
        .selectAll()
        .where("user_id", "=", userId)
        .where("expires_at", ">", now)
        .limit(limit)
        .execute();
      return rows.map(toSession).toSorted((one, other) => other.startedAt - one.startedAt);
    },

    /** @returns how many are live; above ten thousand, ten thousand. */
    async live(now: number): Promise<number> {
      const live = kysely
        .selectFrom("sessions")
        .select("expires_at")
        .where("expires_at", ">", now)
        .limit(10_000);
      const { count } = await kysely
        .selectFrom(live.as("live"))
        .select(({ fn }) => fn.countAll<number>().as("count"))
        .executeTakeFirstOrThrow();
      return count;
    },

    /** Notes that the session is used; it never lives beyond its `ends_at`. */
    async touch(idHash: string, now: number, idleMs: number): Promise<void> {
      const latest = now + idleMs;
      await named(idHash)
        .where("seen_at", "<", now)
        .set({ seen_at: now, expires_at: sql`case when ends_at < ${latest} then ends_at else ${latest} end` })
        .execute();
    },

    /** Takes the right to ask Logto about a session that is due. @returns true for one of any number of callers. */
    async lease(idHash: string, lease: string, now: number, until: number): Promise<boolean> {
      const result = await named(idHash)
        .where("checked_until", "<=", now)
        .where("lease_until", "<=", now)
        .set({ lease, lease_until: until })
        .executeTakeFirst();
      return result.numUpdatedRows === 1n;
    },

    /** Stores what Logto answered, unless somebody else has the right by now. */
    async keepTokens(idHash: string, lease: string, tokens: string): Promise<void> {
      await named(idHash).where("lease", "=", lease).set({ tokens }).execute();
    },

    /** Gives the right back after Logto has said until when the session goes on. */
    async renew(idHash: string, lease: string, checkedUntil: number): Promise<void> {
      await named(idHash)
        .where("lease", "=", lease)
        .set({ checked_until: checkedUntil, lease: null, lease_until: 0 })
        .execute();
    },

    /** Gives the right back after an answer that says nothing. @param retryAt when the next request may ask. */
    async postpone(idHash: string, lease: string, retryAt: number): Promise<void> {
      await named(idHash).where("lease", "=", lease).set({ lease: null, lease_until: retryAt }).execute();
    },

    /** Marks the session in which the person changed their password. @param at the time of the change at Logto. */
    keep: (ref: string, at: number, guard: Guard = {}) =>
      kysely.updateTable("sessions").set({ kept_at: at }).where("ref", "=", ref).where(holds(guard)),

    delete: (idHash: string, guard: Guard = {}) =>
      kysely.deleteFrom("sessions").where("id_hash", "=", idHash).where(holds(guard)),

    /** Gives the session another id, with what belongs to that. */
    changeId: (
      formerHash: string,
      changed: Pick<SessionRow, "idHash" | "sid" | "authTime" | "tokens" | "checkedUntil">,
      guard: Guard,
    ) =>
      named(formerHash).where(holds(guard)).set({
        id_hash: changed.idHash,
        sid: changed.sid,
        auth_time: changed.authTime,
        tokens: changed.tokens,
        checked_until: changed.checkedUntil,
        lease: null,
        lease_until: 0,
      }),

    /** Ends every session that was begun in one of Logto's sessions. */
    deleteBySid: (sid: string, guard: Guard = {}) =>
      kysely.deleteFrom("sessions").where("sid", "=", sid).where(holds(guard)).returning(["ref", "user_id"]),

    /** Ends sessions of one person. */
    deleteOf: (userId: string, { exceptRef, exceptKeptAt }: SessionChoice = {}, guard: Guard = {}) => {
      let query = kysely.deleteFrom("sessions").where("user_id", "=", userId).where(holds(guard));
      if (exceptRef !== undefined) query = query.where("ref", "!=", exceptRef);
      if (exceptKeptAt !== undefined) {
        query = query.where((column) =>
          column.or([column("kept_at", "is", null), column("kept_at", "!=", exceptKeptAt)]),
        );
      }
      return query.returning(["ref", "user_id"]);
    },
  };
};

const toColumns = (row: Omit<SessionRow, "isLeased">) => ({
  id_hash: row.idHash,
  ref: row.ref,
  user_id: row.userId,
  sid: row.sid,
  method: row.method,
  started_at: row.startedAt,
  auth_time: row.authTime,
  seen_at: row.seenAt,
  expires_at: row.expiresAt,
  ends_at: row.endsAt,
  about: row.about,
  tokens: row.tokens,
  checked_until: row.checkedUntil,
  lease: null,
  lease_until: 0,
  kept_at: null,
});

const toSession = (row: Selectable<Schema["sessions"]>): SessionRow => ({
  idHash: row.id_hash,
  ref: row.ref,
  userId: row.user_id,
  sid: row.sid,
  method: row.method,
  startedAt: row.started_at,
  authTime: row.auth_time,
  seenAt: row.seen_at,
  expiresAt: row.expires_at,
  endsAt: row.ends_at,
  about: row.about,
  tokens: row.tokens,
  checkedUntil: row.checked_until,
  isLeased: row.lease !== null,
});
