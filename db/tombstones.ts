import { type Compilable, sql } from "kysely";
import type { Database } from "./database.ts";
import { type Guard, guardedInsert } from "./guard.ts";

/** As long as backups are to be kept: a restore erases again whom it finds here. */
const keptMs = 40 * 24 * 60 * 60 * 1000;

/** Erased persons, by keyed hash: whatever inserts for a person asks whether there is one of them here. */
export const tombstoneRepository = ({ kysely }: Pick<Database, "kysely">) => ({
  /** @param person the keyed hash of the user id. */
  insert: (person: string, now: number, guard: Guard = {}): Compilable =>
    guardedInsert(
      { kysely },
      "tombstones",
      { person, expires_at: now + keptMs },
      guard,
      sql`on conflict (person) do update set expires_at = excluded.expires_at`,
    ),

  async exists(person: string): Promise<boolean> {
    const row = await kysely
      .selectFrom("tombstones")
      .select("person")
      .where("person", "=", person)
      .executeTakeFirst();
    return row !== undefined;
  },
});
