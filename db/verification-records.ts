import type { Selectable } from "kysely";
import type { Database } from "./database.ts";
import { type Fence, leaseHeldBy } from "./fence.ts";
import type { Schema } from "./tables.ts";

/** Proof that the person verified themselves a moment ago. Only a hash of its id is stored. */
export type VerificationRecord = {
  idHash: string;
  userId: string;
  /** The session or client in which it was earned: no other can use it. */
  boundTo: string;
  method: string;
  createdAt: number;
  expiresAt: number;
};

/** Identifies a record. All three must match. */
export type RecordKey = Pick<VerificationRecord, "idHash" | "userId" | "boundTo">;

/** The table `verification_records`: step-up records. They live for minutes, and some changes use them up. */
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

    /** @returns the record, if it has not expired and no change has reserved it. */
    async find(key: RecordKey, now: number): Promise<VerificationRecord | undefined> {
      const row = await live(key, now).executeTakeFirst();
      return row && toRecord(row);
    },

    /**
     * Reserves a record for one change. Of parallel callers one succeeds.
     * @param claim identifies the change in `unclaim` and `consume`.
     * @returns whether this caller has the record now.
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

    /** Ends the reservation, because the change was not made. */
    unclaim: (claim: string, fence?: Fence) =>
      kysely
        .updateTable("verification_records")
        .set({ claim: null })
        .where("claim", "=", claim)
        .where(leaseHeldBy(fence)),

    /** Deletes the reserved record, because the change used it up. */
    consume: (claim: string, fence?: Fence) =>
      kysely.deleteFrom("verification_records").where("claim", "=", claim).where(leaseHeldBy(fence)),

    /**
     * Deletes every record of a user, after a change of password.
     * @param earnedBy epoch ms: records that were earned later stay. Default: all are deleted.
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
