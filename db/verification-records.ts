import type { Compilable, Selectable } from "kysely";
import type { Database } from "./database.ts";
import { type Guard, guardedInsert, holds } from "./guard.ts";
import type { Schema } from "./schema.ts";

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
      .where("expires_at", ">", now);

  return {
    insert: (record: VerificationRecord, guard: Guard = {}): Compilable =>
      guardedInsert({ kysely }, "verification_records", toRow(record), guard),

    /** @returns the record if it is live. */
    async find(key: RecordKey, now: number): Promise<VerificationRecord | undefined> {
      const row = await live(key, now).executeTakeFirst();
      return row && toRecord(row);
    },

    /** @returns the live records of a user, at most `limit`. */
    async ofPerson(userId: string, now: number, limit: number): Promise<VerificationRecord[]> {
      const rows = await kysely
        .selectFrom("verification_records")
        .selectAll()
        .where("user_id", "=", userId)
        .where("expires_at", ">", now)
        .limit(limit)
        .execute();
      return rows.map(toRecord);
    },

    /** Ends the records that were earned in one session. */
    deleteBoundTo: (userId: string, boundTo: string, guard: Guard = {}) =>
      kysely
        .deleteFrom("verification_records")
        .where("user_id", "=", userId)
        .where("bound_to", "=", boundTo)
        .where(holds(guard)),

    /** Ends those that were earned anywhere else. */
    deleteElsewhere: (userId: string, boundTo: string, guard: Guard = {}) =>
      kysely
        .deleteFrom("verification_records")
        .where("user_id", "=", userId)
        .where("bound_to", "!=", boundTo)
        .where(holds(guard)),

    /** Uses a record up. */
    delete: (idHash: string, guard: Guard = {}) =>
      kysely.deleteFrom("verification_records").where("id_hash", "=", idHash).where(holds(guard)),

    /** Ends every record of a user, as a change of password or identifier does. */
    deleteAll: (userId: string, guard: Guard = {}) =>
      kysely.deleteFrom("verification_records").where("user_id", "=", userId).where(holds(guard)),
  };
};

const toRow = (record: VerificationRecord) => ({
  id_hash: record.idHash,
  user_id: record.userId,
  bound_to: record.boundTo,
  method: record.method,
  created_at: record.createdAt,
  expires_at: record.expiresAt,
});

const toRecord = (row: Selectable<Schema["verification_records"]>): VerificationRecord => ({
  idHash: row.id_hash,
  userId: row.user_id,
  boundTo: row.bound_to,
  method: row.method,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
});
