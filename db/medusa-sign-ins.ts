import type { Compilable, Selectable } from "kysely";
import type { Database } from "./database.ts";
import { type Guard, guardedInsert, holds } from "./guard.ts";
import type { Schema } from "./schema.ts";

/** One sign-in of a client of Medusa's. Times are epoch ms. */
export type MedusaSignIn = {
  /** Its name, which tokens carry. */
  sid: string;
  userId: string;
  /** Logto's session, as ID tokens name it. */
  logtoSid: string | null;
  /** How the person came in: `emailpass`, `logto`, or a social provider. */
  provider: string;
  /** Whether the person has just registered, and the shop has not made them a customer yet. */
  isNewcomer: boolean;
  /** The tokens of Logto, sealed. */
  tokens: string;
  /** Logto is asked anew whether it goes on after this moment. */
  checkedUntil: number;
  expiresAt: number;
};

/** The table `medusa_sign_ins`. */
export const medusaSignInRepository = ({ kysely }: Pick<Database, "kysely">) => ({
  insert: (row: MedusaSignIn, guard: Guard): Compilable =>
    guardedInsert({ kysely }, "medusa_sign_ins", toColumns(row), guard),

  /** @returns the sign-in if it goes on. */
  async find(sid: string, now: number): Promise<MedusaSignIn | undefined> {
    const row = await kysely
      .selectFrom("medusa_sign_ins")
      .selectAll()
      .where("sid", "=", sid)
      .where("expires_at", ">", now)
      .executeTakeFirst();
    return row && toSignIn(row);
  },

  /** @returns the sign-ins of a person that go on, at most `limit`. */
  async ofPerson(userId: string, now: number, limit: number): Promise<MedusaSignIn[]> {
    const rows = await kysely
      .selectFrom("medusa_sign_ins")
      .selectAll()
      .where("user_id", "=", userId)
      .where("expires_at", ">", now)
      .limit(limit)
      .execute();
    return rows.map(toSignIn);
  },

  /**
   * Stores what Logto answered, unless another request has done so meanwhile.
   * @param former the tokens with which Logto was asked.
   */
  async renew(
    { sid, tokens: former }: MedusaSignIn,
    { tokens, checkedUntil, expiresAt }: Pick<MedusaSignIn, "tokens" | "checkedUntil" | "expiresAt">,
  ): Promise<void> {
    await kysely
      .updateTable("medusa_sign_ins")
      .set({ tokens, checked_until: checkedUntil, expires_at: expiresAt })
      .where("sid", "=", sid)
      .where("tokens", "=", former)
      .execute();
  },

  /** The shop has made the person a customer. */
  welcome: (sid: string) => kysely.updateTable("medusa_sign_ins").set({ newcomer: 0 }).where("sid", "=", sid),

  delete: (sid: string, guard: Guard = {}) =>
    kysely.deleteFrom("medusa_sign_ins").where("sid", "=", sid).where(holds(guard)),

  deleteOf: (userId: string, guard: Guard) =>
    kysely.deleteFrom("medusa_sign_ins").where("user_id", "=", userId).where(holds(guard)),
});

const toColumns = (row: MedusaSignIn) => ({
  sid: row.sid,
  user_id: row.userId,
  logto_sid: row.logtoSid,
  provider: row.provider,
  newcomer: row.isNewcomer ? 1 : 0,
  tokens: row.tokens,
  checked_until: row.checkedUntil,
  expires_at: row.expiresAt,
});

const toSignIn = (row: Selectable<Schema["medusa_sign_ins"]>): MedusaSignIn => ({
  sid: row.sid,
  userId: row.user_id,
  logtoSid: row.logto_sid,
  provider: row.provider,
  isNewcomer: row.newcomer === 1,
  tokens: row.tokens,
  checkedUntil: row.checked_until,
  expiresAt: row.expires_at,
});
