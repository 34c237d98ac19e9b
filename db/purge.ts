import type { Database } from "./database.ts";

/** How long a lease stays after it expired: as long as its writer, if it is only slow, may still finish. */
const leaseGraceMs = 60 * 60 * 1000;

/**
 * Deletes what has expired everywhere, in one batch.
 * @param retention `activityMs`: how long the history of an account is kept.
 * @returns how many rows went.
 */
export async function purgeExpired(
  { kysely, batch }: Pick<Database, "kysely" | "batch">,
  now: number,
  { activityMs }: { activityMs: number },
): Promise<number> {
  const results = await batch([
    kysely.deleteFrom("leases").where("expires_at", "<=", now - leaseGraceMs),
    kysely.deleteFrom("verification_records").where("expires_at", "<=", now),
    kysely.deleteFrom("identifier_proofs").where("expires_at", "<=", now),
    kysely.deleteFrom("verification_codes").where("expires_at", "<=", now),
    kysely.deleteFrom("limits").where("expires_at", "<=", now).where("strikes_expire_at", "<=", now),
    kysely.deleteFrom("shared_tokens").where("expires_at", "<=", now),
    kysely.deleteFrom("idempotency").where("expires_at", "<=", now),
    kysely.deleteFrom("activity").where("at", "<=", now - activityMs),
  ]);
  return results.reduce((sum, { affected }) => sum + affected, 0);
}
