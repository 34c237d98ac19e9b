import { type Compilable, sql } from "kysely";
import type { Database } from "./database.ts";
import { guardedInsert } from "./guard.ts";

/** What the account page keeps between two requests of one person; its content is sealed. */
export type PageState = {
  userId: string;
  id: string;
  kind: string;
  sealed: string;
  expiresAt: number;
};

type Key = Pick<PageState, "userId" | "id" | "kind">;

/** The table `page_states`: changes that wait for a proof or a code, and changes that can be undone. */
export const pageStateRepository = ({ kysely }: Pick<Database, "kysely">) => {
  const own = ({ userId, id, kind }: Key) => ({ user_id: userId, id, kind });

  return {
    /** Stores a state; it replaces the one with the same id. @param person see `Guard`. */
    save: ({ userId, id, kind, sealed, expiresAt }: PageState, person: string): Compilable =>
      guardedInsert(
        { kysely },
        "page_states",
        { user_id: userId, id, kind, sealed, expires_at: expiresAt },
        { person },
        sql`on conflict (user_id, id) do update set kind = excluded.kind, sealed = excluded.sealed,
          expires_at = excluded.expires_at`,
      ),

    /** Deletes all but the newest states of a person, so that nobody fills the table. */
    keepNewest: (userId: string, count: number): Compilable =>
      kysely
        .deleteFrom("page_states")
        .where("user_id", "=", userId)
        .where("id", "not in", (query) =>
          query
            .selectFrom("page_states")
            .select("id")
            .where("user_id", "=", userId)
            .orderBy("expires_at", "desc")
            .limit(count),
        ),

    /** @returns the sealed content of a live state. */
    async find(key: Key, now: number): Promise<string | undefined> {
      const row = await kysely
        .selectFrom("page_states")
        .select("sealed")
        .where((column) => column.and(own(key)))
        .where("expires_at", ">", now)
        .executeTakeFirst();
      return row?.sealed;
    },

    /** Takes a state away. Of parallel callers one gets it. @returns its sealed content if it was live. */
    async take(key: Key, now: number): Promise<string | undefined> {
      const row = await kysely
        .deleteFrom("page_states")
        .where((column) => column.and(own(key)))
        .returning(["sealed", "expires_at"])
        .executeTakeFirst();
      return row !== undefined && row.expires_at > now ? row.sealed : undefined;
    },

    /** @returns the ids of a person's live states of one kind. */
    async ids(userId: string, kind: string, now: number): Promise<string[]> {
      const rows = await kysely
        .selectFrom("page_states")
        .select("id")
        .where("user_id", "=", userId)
        .where("kind", "=", kind)
        .where("expires_at", ">", now)
        .execute();
      return rows.map(({ id }) => id);
    },
  };
};
