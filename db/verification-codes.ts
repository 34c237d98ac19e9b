import { type Compilable, type Selectable, sql } from "kysely";
import type { Database } from "./database.ts";
import { type Guard, guardedInsert, holds } from "./guard.ts";
import type { Schema } from "./schema.ts";

/** The live code of an address; Logto makes it and checks it. `recipient` is a keyed hash of the address. */
export type VerificationCode = {
  recipient: string;
  id: string;
  /** The user who requested the code; no other user can use it. */
  userId: string;
  purpose: string;
  sentAt: number;
  expiresAt: number;
  tries: number;
};

/** The table `verification_codes`: for each address the last code, who requested it and how often it was tried. */
export const verificationCodeRepository = ({ kysely }: Pick<Database, "kysely">) => ({
  /** A new code makes the former one of the same address dead, whoever asked for that. */
  replace: (code: Omit<VerificationCode, "tries">, guard: Guard = {}): Compilable =>
    guardedInsert(
      { kysely },
      "verification_codes",
      toRow(code),
      guard,
      sql`on conflict (recipient) do update set id = excluded.id, user_id = excluded.user_id,
        purpose = excluded.purpose, sent_at = excluded.sent_at, expires_at = excluded.expires_at, tries = 0`,
    ),

  /** Deletes the code of an address, whoever requested it. */
  async delete(recipient: string): Promise<void> {
    await kysely.deleteFrom("verification_codes").where("recipient", "=", recipient).execute();
  },

  /** @returns the live code that this user requested for this address. It may have no tries left. */
  async find(recipient: string, userId: string, now: number): Promise<VerificationCode | undefined> {
    const row = await kysely
      .selectFrom("verification_codes")
      .selectAll()
      .where("recipient", "=", recipient)
      .where("user_id", "=", userId)
      .where("expires_at", ">", now)
      .executeTakeFirst();
    return row && toCode(row);
  },

  /**
   * Counts one try, before it is made. Of parallel callers at most `maxTries` get the code.
   * @returns the code with this try counted, or undefined if there is no live code with a try left.
   */
  async charge(
    recipient: string,
    userId: string,
    now: number,
    maxTries: number,
  ): Promise<VerificationCode | undefined> {
    const row = await kysely
      .updateTable("verification_codes")
      .set((column) => ({ tries: column("tries", "+", 1) }))
      .where("recipient", "=", recipient)
      .where("user_id", "=", userId)
      .where("expires_at", ">", now)
      .where("tries", "<", maxTries)
      .returningAll()
      .executeTakeFirst();
    return row && toCode(row);
  },

  /** Takes back a try that Logto did not evaluate. */
  async refund(id: string): Promise<void> {
    await kysely
      .updateTable("verification_codes")
      .set((column) => ({ tries: column("tries", "-", 1) }))
      .where("id", "=", id)
      .where("tries", ">", 0)
      .execute();
  },

  /** Ends every code of a user, as a change of password or identifier does. */
  deleteAll: (userId: string, guard: Guard = {}) =>
    kysely.deleteFrom("verification_codes").where("user_id", "=", userId).where(holds(guard)),

  /** Uses the code up. @returns true for one of any number of callers. */
  async consume(id: string): Promise<boolean> {
    const result = await kysely.deleteFrom("verification_codes").where("id", "=", id).executeTakeFirst();
    return result.numDeletedRows === 1n;
  },
});

const toRow = (code: Omit<VerificationCode, "tries">) => ({
  recipient: code.recipient,
  id: code.id,
  user_id: code.userId,
  purpose: code.purpose,
  sent_at: code.sentAt,
  expires_at: code.expiresAt,
  tries: 0,
});

const toCode = (row: Selectable<Schema["verification_codes"]>): VerificationCode => ({
  recipient: row.recipient,
  id: row.id,
  userId: row.user_id,
  purpose: row.purpose,
  sentAt: row.sent_at,
  expiresAt: row.expires_at,
  tries: row.tries,
});
