/** Takes the locks of a person away, at the word of an operator. */
import { limitOf, personBuckets } from "../../db/buckets.ts";
import type { Services } from "../services.ts";

/** What is counted for a person, such as `password`, until when, and whether it is locked. */
export type PersonLimit = { limit: string; tries: number; locked: boolean; until: string };

/** @throws {Refusal} `storage_unavailable`. */
export async function listLimits(
  { db, platform }: Pick<Services, "db" | "platform">,
  userId: string,
): Promise<PersonLimit[]> {
  const counted = await db.limits.counted(personBuckets(userId), platform.now());
  return counted.map(({ bucket, count, isLocked, endsAt }) => ({
    limit: limitOf(bucket),
    tries: count,
    locked: isLocked,
    until: new Date(endsAt).toISOString(),
  }));
}

/**
 * Forgets the tries and the locks of a person, which their activity records. Limits of addresses stay as they are.
 * @returns what was there.
 * @throws {Refusal} `storage_unavailable`.
 */
export async function unlockPerson(
  services: Pick<Services, "db" | "vault" | "platform">,
  userId: string,
): Promise<PersonLimit[]> {
  const { db, vault, platform } = services;
  const limits = await listLimits(services, userId);
  if (limits.length === 0) return limits;
  const entry = {
    userId,
    at: platform.now(),
    event: "limits.cleared",
    clientId: "operator",
    requestId: crypto.randomUUID(),
    detail: { limits: limits.map(({ limit }) => limit) },
  };
  await db.batch([
    db.limits.clear(personBuckets(userId)),
    db.activity.insert(entry, { person: await vault.keyedHash("user", userId) }),
  ]);
  return limits;
}
