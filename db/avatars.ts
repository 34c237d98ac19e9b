import { type Compilable, sql } from "kysely";
import type { Database } from "./database.ts";
import { type Guard, guardedInsert, holds } from "./guard.ts";

/** A picture. `hash` is the SHA-256 of its bytes in hex, `content` the bytes as base64url. */
export type Avatar = { hash: string; type: string; content: string };

/** The table `avatars`: the picture of each person who has set one here. */
export const avatarRepository = ({ kysely }: Pick<Database, "kysely">) => ({
  /** Stores a person's picture in place of the one before. */
  save: ({ hash, type, content }: Avatar, userId: string, now: number, guard: Guard = {}): Compilable =>
    guardedInsert(
      { kysely },
      "avatars",
      { user_id: userId, hash, type, content, updated_at: now },
      guard,
      sql`on conflict (user_id) do update set hash = excluded.hash, type = excluded.type,
        content = excluded.content, updated_at = excluded.updated_at`,
    ),

  /** Deletes a person's picture. @param keptHash the one that stays, if it is the person's. */
  delete: (userId: string, keptHash: string | null, guard: Guard = {}) =>
    kysely
      .deleteFrom("avatars")
      .where("user_id", "=", userId)
      .where("hash", "<>", keptHash ?? "")
      .where(holds(guard)),

  /** @returns the hash of a person's picture; undefined where there is none. */
  async hashOf(userId: string): Promise<string | undefined> {
    const row = await kysely
      .selectFrom("avatars")
      .select("hash")
      .where("user_id", "=", userId)
      .executeTakeFirst();
    return row?.hash;
  },

  /** @returns a picture that somebody has. */
  find: (hash: string): Promise<Avatar | undefined> =>
    kysely
      .selectFrom("avatars")
      .select(["hash", "type", "content"])
      .where("hash", "=", hash)
      .limit(1)
      .executeTakeFirst(),
});
