import { type Compilable, sql } from "kysely";
import type { Database } from "./database.ts";
import { compilable, type Fence, type Ground, guardedInsert } from "./guard.ts";

/** Longer than anything that is granted on an epoch lives. */
const keptMs = 24 * 60 * 60 * 1000;

/**
 * Counts the changes of each person's credentials. A grant (a step-up record, a code, a proof) is based on the epoch
 * that was read before somebody was asked about the person, and is stored only while that epoch still stands.
 */
export const credentialEpochRepository = ({ kysely }: Pick<Database, "kysely">) => ({
  /** @returns the ground on which something may be granted now. */
  async ground(userId: string): Promise<Ground> {
    const row = await kysely
      .selectFrom("credential_epochs")
      .select("epoch")
      .where("user_id", "=", userId)
      .executeTakeFirst();
    return { userId, epoch: row?.epoch ?? 0 };
  },

  /**
   * Invalidates every ground that was read before. Epochs follow the clock, so that a row that expired and was made
   * anew never repeats an epoch.
   */
  raise: (fence: Fence, now: number): Compilable =>
    guardedInsert(
      { kysely },
      "credential_epochs",
      { user_id: fence.userId, epoch: now, expires_at: now + keptMs },
      { fence },
      sql`on conflict (user_id) do update set expires_at = excluded.expires_at,
        epoch = case when excluded.epoch > credential_epochs.epoch then excluded.epoch else credential_epochs.epoch + 1 end`,
    ),

  /**
   * First statement of a batch that stores a grant: it affects one row exactly when the ground still stands.
   * It writes the row that `raise` writes, so that PostgreSQL, too, puts the two in an order.
   * @param person the keyed hash under which a tombstone would name them.
   */
  confirm: ({ userId, epoch }: Ground, person: string, now: number): Compilable =>
    compilable(
      kysely,
      sql`insert into credential_epochs (user_id, epoch, expires_at)
        select cast(${userId} as text), cast(${epoch} as bigint), cast(${now + keptMs} as bigint)
        where not exists (select 1 from tombstones where tombstones.person = ${person})
          and (cast(${epoch} as bigint) = 0 or exists (select 1 from credential_epochs where user_id = ${userId}))
        on conflict (user_id) do update set epoch = credential_epochs.epoch
        where credential_epochs.epoch = excluded.epoch`,
    ),
});
