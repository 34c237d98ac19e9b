/** The write lock of a person: their writes happen one after the other, among all instances. */
import type { Platform } from "../platform.ts";
import { Refusal } from "../problem.ts";
import { acquireLease, type LeaseOwner, type LeaseServices, type WriteLock } from "./lease.ts";
import { type SettleServices, settlePending } from "./settle.ts";

/**
 * The longest wait for another instance's writer, and the longest in the queue of this process, in which the person's
 * own writes go on. Both count from the start.
 */
const longestWaitMs = { lease: 10_000, queue: 45_000 };

export type JournalServices = LeaseServices & SettleServices & { platform: Pick<Platform, "queue"> };

/**
 * Takes the user's write lock, settles the entries of earlier writers, then runs `work`.
 * @param owner the caller; only the user where there is none.
 * @returns what `work` returns.
 * @throws {Refusal} `storage_unavailable` if the lock is not free in time; `invalid_token` for an erased
 *   person; what settling and `work` throw.
 */
export function withWriteLock<T>(
  services: JournalServices,
  owner: LeaseOwner,
  work: (lock: WriteLock) => Promise<T>,
): Promise<T> {
  const startedAt = services.platform.monotonic();
  return services.platform.queue(`write:${owner.userId}`, async () => {
    if (services.platform.monotonic() > startedAt + longestWaitMs.queue)
      throw new Refusal("storage_unavailable", { retryAfter: 5 });
    const { lock, release } = await acquireLease(services, owner, startedAt + longestWaitMs.lease);
    try {
      await settlePending(services, lock);
      return await work(lock);
    } finally {
      await release();
    }
  });
}
