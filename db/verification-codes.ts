import type { Selectable } from "kysely";
import type { Database } from "./database.ts";
import type { Schema } from "./tables.ts";

/** The one live code of an address. The code itself is the identity provider's; `recipient` is a keyed hash. */
export type VerificationCode = {
  recipient: string;
  id: string;
  /** Who asked for it; nobody else can use it. */
  userId: string;
  purpose: string;
  sentAt: number;
  expiresAt: number;
  tries: number;
};

/** Which code was sent to an address, for whom, and how often it was tried. */
export const verificationCodeRepository = ({ kysely }: Pick<Database, "kysely">) => ({
  /** A new code makes the former one of the same address dead, whoever asked for that. */
  replace(code: Omit<VerificationCode, "tries">) {
    const { recipient, ...rest } = toRow(code);
    return kysely
      .insertInto("verification_codes")
      .values({ recipient, ...rest })
      .onConflict((conflict) => conflict.column("recipient").doUpdateSet(rest));
  },

  /** Forgets an address's code, whoever asked for it. */
  async delete(recipient: string): Promise<void> {
    await kysely.deleteFrom("verification_codes").where("recipient", "=", recipient).execute();
  },

  /** @returns the user's live code for this address, dead by tries or not. */
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
   * Counts one try before it is made; of parallel callers at most `maxTries` are let through.
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

  /** Takes back a try that was surely not evaluated. */
  async refund(id: string): Promise<void> {
    await kysely
      .updateTable("verification_codes")
      .set((column) => ({ tries: column("tries", "-", 1) }))
      .where("id", "=", id)
      .where("tries", ">", 0)
      .execute();
  },

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
