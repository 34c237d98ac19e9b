import { type Compilable, sql } from "kysely";
import type { Database } from "./database.ts";
import { type Guard, guardedInsert, holds } from "./guard.ts";

/** Proof that a user received the code sent to a new address. `recipient` is a keyed hash of the address. */
export type IdentifierProof = { userId: string; recipient: string; expiresAt: number };

/** The table `identifier_proofs`: new addresses that are proven and not yet set. */
export const identifierProofRepository = ({ kysely }: Pick<Database, "kysely">) => ({
  save: ({ userId, recipient, expiresAt }: IdentifierProof, guard: Guard = {}): Compilable =>
    guardedInsert(
      { kysely },
      "identifier_proofs",
      { user_id: userId, recipient, expires_at: expiresAt },
      guard,
      sql`on conflict (user_id, recipient) do update set expires_at = excluded.expires_at`,
    ),

  /** @returns the proof, or undefined if there is none or it has expired. */
  async find(userId: string, recipient: string, now: number): Promise<IdentifierProof | undefined> {
    const row = await kysely
      .selectFrom("identifier_proofs")
      .select("expires_at")
      .where("user_id", "=", userId)
      .where("recipient", "=", recipient)
      .where("expires_at", ">", now)
      .executeTakeFirst();
    return row && { userId, recipient, expiresAt: row.expires_at };
  },

  /** Ends every proof of a user, as a change of password or identifier does. */
  deleteAll: (userId: string, guard: Guard = {}) =>
    kysely.deleteFrom("identifier_proofs").where("user_id", "=", userId).where(holds(guard)),
});
