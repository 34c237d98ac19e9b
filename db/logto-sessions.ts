import { type Compilable, sql } from "kysely";
import type { Database } from "./database.ts";
import { compilable, type Guard, guardedInsert } from "./guard.ts";

/** Longer than any session lives. */
const keptMs = 15 * 24 * 60 * 60 * 1000;

/**
 * The table `logto_sessions`: which of Logto's sessions have ended, by `sid`. A session here begins only on one that has
 * not, also if the news of its end came first.
 */
export const logtoSessionRepository = ({ kysely }: Pick<Database, "kysely">) => ({
  /**
   * First statement of a batch that begins a session on it. It writes the row that `end` writes, so that PostgreSQL, too,
   * puts the two in an order.
   */
  confirm: (sid: string, now: number): Compilable =>
    compilable(
      kysely,
      sql`insert into logto_sessions (sid, ended, expires_at) values (${sid}, 0, ${now + keptMs})
        on conflict (sid) do update set expires_at = excluded.expires_at where logto_sessions.ended = 0`,
    ),

  /** First statement of a batch that ends the sessions on it. */
  end: (sid: string, now: number, guard: Guard = {}): Compilable =>
    guardedInsert(
      { kysely },
      "logto_sessions",
      { sid, ended: 1, expires_at: now + keptMs },
      guard,
      sql`on conflict (sid) do update set ended = 1, expires_at = excluded.expires_at`,
    ),
});
