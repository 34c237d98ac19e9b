import type { Compilable } from "kysely";
import { sql } from "kysely";
import type { Database } from "./database.ts";
import { type Guard, guardedInsert, holds } from "./guard.ts";

/** The table `muted_notices`: the kinds of notices that a person does not want. */
export const mutedNoticeRepository = ({ kysely }: Pick<Database, "kysely">) => ({
  async of(userId: string): Promise<string[]> {
    const rows = await kysely
      .selectFrom("muted_notices")
      .select("kind")
      .where("user_id", "=", userId)
      .execute();
    return rows.map(({ kind }) => kind);
  },

  mute: (userId: string, kind: string, guard: Guard): Compilable =>
    guardedInsert({ kysely }, "muted_notices", { user_id: userId, kind }, guard, sql`on conflict do nothing`),

  unmute: (userId: string, kind: string, guard: Guard): Compilable =>
    kysely
      .deleteFrom("muted_notices")
      .where("user_id", "=", userId)
      .where("kind", "=", kind)
      .where(holds(guard)),
});
