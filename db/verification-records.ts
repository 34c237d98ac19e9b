import type { Selectable } from "kysely";
import type { Database } from "./database.ts";
import { type Fence, leaseHeldBy } from "./fence.ts";
import type { Schema } from "./tables.ts";

/** Proof that the person behind a session or client was there a moment ago. Only a hash of its id is stored. */
export type VerificationRecord = {
  idHash: string;
  userId: string;
  /** The session or the token's `client_id` that earned it. */
  boundTo: string;
  method: string;
  createdAt: number;
  expiresAt: number;
};

/** Whose record is asked for; all three must match. */
export type RecordKey = Pick<VerificationRecord, "idHash" | "userId" | "boundTo">;

/** Step-up records: live for minutes, used up by the change they allowed. */
export const verificationRecordRepository = ({ kysely }: Pick<Database, "kysely">) => {
  const live = ({ idHash, userId, boundTo }: RecordKey, now: number) =>
    kysely
      .selectFrom("verification_records")
      .selectAll()
      .where("id_hash", "=", idHash)
      .where("user_id", "=", userId)
      .where("bound_to", "=", boundTo)
      .where("expires_at", ">", now)
      .where("claim", "is", null);

  return {
    insert: (record: VerificationRecord) => kysely.insertInto("verification_records").values(toRow(record)),

    /** @returns the record if it is live and no change is using it. */
    async find(key: RecordKey, now: number): Promise<VerificationRecord | undefined> {
      const row = await live(key, now).executeTakeFirst();
      return row && toRecord(row);
    },

    /**
     * Reserves a record for one change; of parallel callers one gets it.
     * @param claim names the change, for `unclaim` and `consume`.
     */
    async claim(key: RecordKey, claim: string, now: number): Promise<boolean> {
      const result = await kysely
        .updateTable("verification_records")
        .set({ claim })
        .where("id_hash", "in", live(key, now).clearSelect().select("id_hash"))
        .where("claim", "is", null)
        .executeTakeFirst();
      return result.numUpdatedRows === 1n;
    },

    /** Gives the record back after a change that did not happen. */
    unclaim: (claim: string, fence?: Fence) =>
      kysely
        .updateTable("verification_records")
        .set({ claim: null })
        .where("claim", "=", claim)
        .where(leaseHeldBy(fence)),

    /** Uses the claimed record up. */
    consume: (claim: string, fence?: Fence) =>
      kysely.deleteFrom("verification_records").where("claim", "=", claim).where(leaseHeldBy(fence)),

    /**
     * Ends every record of a user, as a change of password does.
     * @param earnedBy epoch ms: records earned later stay.
     */
    deleteAll: (userId: string, fence?: Fence, earnedBy = Number.MAX_SAFE_INTEGER) =>
      kysely
        .deleteFrom("verification_records")
        .where("user_id", "=", userId)
        .where("created_at", "<=", earnedBy)
        .where(leaseHeldBy(fence)),
  };
};

const toRow = (record: VerificationRecord) => ({
  id_hash: record.idHash,
  user_id: record.userId,
  bound_to: record.boundTo,
  method: record.method,
  created_at: record.createdAt,
  expires_at: record.expiresAt,
  claim: null,
});

const toRecord = (row: Selectable<Schema["verification_records"]>): VerificationRecord => ({
  idHash: row.id_hash,
  userId: row.user_id,
  boundTo: row.bound_to,
  method: row.method,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
});
