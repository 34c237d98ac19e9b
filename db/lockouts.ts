import { type Compilable, sql } from "kysely";
import type { Database } from "./database.ts";
import { type Guard, guardedInsert } from "./guard.ts";

/** One time that Logto locked an identifier of a person. Times are epoch milliseconds. */
export type Lockout = {
  id: string;
  userId: string;
  at: number;
  /** What is known of the last try. */
  browser: string | null;
  system: string | null;
  address: string | null;
  applicationId: string | null;
};

/** As long as the activity of most services is looked at. */
const keptMs = 90 * 24 * 60 * 60_000;

/** The table `lockouts`. */
export const lockoutRepository = ({ kysely }: Pick<Database, "kysely">) => ({
  /** Stores it. One that is there already stays as it is. */
  insert: ({ id, userId, at, browser, system, address, applicationId }: Lockout, guard: Guard): Compilable =>
    guardedInsert(
      { kysely },
      "lockouts",
      {
        id,
        user_id: userId,
        at,
        browser,
        system,
        address,
        application_id: applicationId,
        expires_at: at + keptMs,
      },
      guard,
      sql`on conflict (id) do nothing`,
    ),

  /** Deletes all but the newest of a person: anybody can cause one, at the sign-in page. */
  keepNewest: (userId: string, count: number): Compilable =>
    kysely
      .deleteFrom("lockouts")
      .where("user_id", "=", userId)
      .where("id", "not in", (query) =>
        query
          .selectFrom("lockouts")
          .select("id")
          .where("user_id", "=", userId)
          .orderBy("at", "desc")
          .limit(count),
      ),

  /** @returns those up to a time, newest first. */
  async list(userId: string, until: number, limit: number): Promise<Lockout[]> {
    const rows = await kysely
      .selectFrom("lockouts")
      .selectAll()
      .where("user_id", "=", userId)
      .where("at", "<=", until)
      .orderBy("at", "desc")
      .limit(limit)
      .execute();
    return rows.map((row) => ({
      id: row.id,
      userId: row.user_id,
      at: row.at,
      browser: row.browser,
      system: row.system,
      address: row.address,
      applicationId: row.application_id,
    }));
  },
});
