import type { Database } from "./database.ts";
import { type Fence, leaseHeldBy } from "./fence.ts";

/** Proof that a user received the code sent to a new address. `recipient` is a keyed hash of the address. */
export type IdentifierProof = { userId: string; recipient: string; expiresAt: number };

/** The table `identifier_proofs`: new addresses that are proven and not yet set. */
export const identifierProofRepository = ({ kysely }: Pick<Database, "kysely">) => ({
  save: ({ userId, recipient, expiresAt }: IdentifierProof) =>
    kysely
      .insertInto("identifier_proofs")
      .values({ user_id: userId, recipient, expires_at: expiresAt })
      .onConflict((conflict) =>
        conflict.columns(["user_id", "recipient"]).doUpdateSet({ expires_at: expiresAt }),
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

  /** Deletes the proof, because a change uses it up. */
  consume: (userId: string, recipient: string, fence?: Fence) =>
    kysely
      .deleteFrom("identifier_proofs")
      .where("user_id", "=", userId)
      .where("recipient", "=", recipient)
      .where(leaseHeldBy(fence)),
});
