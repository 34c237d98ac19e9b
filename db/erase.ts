import type { Database } from "./database.ts";

/**
 * Deletes everything that belongs to a user, in one batch. Their lease goes with it: a write that is under way
 * finds its lock lost and stores nothing. `Database.wipe` then removes what the files still hold.
 * @param buckets the limits that are counted under the user's id.
 * @returns how many rows went.
 */
export async function eraseRows(
  { kysely, batch }: Pick<Database, "kysely" | "batch">,
  userId: string,
  buckets: readonly string[],
): Promise<number> {
  const tables = [
    "leases",
    "vault",
    "journal",
    "verification_records",
    "identifier_proofs",
    "verification_codes",
    "activity",
    "idempotency",
  ] as const;
  const results = await batch([
    ...tables.map((table) => kysely.deleteFrom(table).where("user_id", "=", userId)),
    kysely.deleteFrom("limits").where("bucket", "in", buckets),
  ]);
  return results.reduce((sum, { affected }) => sum + affected, 0);
}
