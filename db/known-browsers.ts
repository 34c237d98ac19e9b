import type { Compilable } from "kysely";
import { sql } from "kysely";
import type { Database } from "./database.ts";
import { type Guard, guardedInsert } from "./guard.ts";

/** A browser that nobody has used for so long is a new one again. */
const keptMs = 400 * 24 * 60 * 60 * 1000;

/** The table `known_browsers`. */
export const knownBrowserRepository = ({ kysely }: Pick<Database, "kysely">) => ({
  /** @param browser a keyed hash. */
  remember: (userId: string, browser: string, now: number, guard: Guard): Compilable =>
    guardedInsert(
      { kysely },
      "known_browsers",
      { user_id: userId, browser, expires_at: now + keptMs },
      guard,
      sql`on conflict (user_id, browser) do update set expires_at = excluded.expires_at`,
    ),
});
