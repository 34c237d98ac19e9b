/** The write lock of a person: their writes happen one after the other, among all instances. */
import type { Platform } from "../platform.ts";
import { acquireLease, type LeaseOwner, type LeaseServices, type WriteLock } from "./lease.ts";
import { type SettleServices, settlePending } from "./settle.ts";

/** The longest wait for the lock, in the queue of this process and for another instance together. */
const longestWaitMs = 10_000;

export type JournalServices = LeaseServices & SettleServices & { platform: Pick<Platform, "queue"> };

/**
 * Takes the user's write lock, settles the entries of earlier writers, then runs `work`.
 * @param owner the caller; only the user where there is none.
 * @returns what `work` returns.
 * @throws {Refusal} `storage_unavailable` if the lock is not free within ten seconds; `invalid_token` for an erased
 *   person; what settling and `work` throw.
 */
export function withWriteLock<T>(
  services: JournalServices,
  owner: LeaseOwner,
  work: (lock: WriteLock) => Promise<T>,
): Promise<T> {
  const deadline = services.platform.monotonic() + longestWaitMs;
  return services.platform.queue(`write:${owner.userId}`, async () => {
    const { lock, release } = await acquireLease(services, owner, deadline);
    try {
      await settlePending(services, lock);
      return await work(lock);
    } finally {
      await release();
    }
  });
}
