/** One person's writes happen one after the other, on every instance that shares the database. */
import type { Platform } from "../platform.ts";
import { acquireLease, type LeaseServices, type WriteLock } from "./lease.ts";
import { type SettleServices, settlePending } from "./settle.ts";

/** Longest wait for the lock, whoever holds it: earlier requests of this process or another instance. */
const longestWaitMs = 10_000;

export type JournalServices = LeaseServices & SettleServices & { platform: Pick<Platform, "queue"> };

/**
 * Runs `work` while no other write of this user runs anywhere, after settling whatever an earlier writer left behind.
 * @throws {Refusal} `storage_unavailable` when the lock is not free within ten seconds.
 */
export function withWriteLock<T>(
  services: JournalServices,
  userId: string,
  work: (lock: WriteLock) => Promise<T>,
): Promise<T> {
  const deadline = performance.now() + longestWaitMs;
  return services.platform.queue(`write:${userId}`, async () => {
    const { lock, release } = await acquireLease(services, userId, deadline);
    try {
      await settlePending(services, lock);
      return await work(lock);
    } finally {
      await release();
    }
  });
}
