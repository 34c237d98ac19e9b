/** One person's writes happen one after the other, on every instance that shares the database. */
import type { Compilable } from "kysely";
import type { Fence } from "../../db/fence.ts";
import type { Services } from "../context.ts";
import { Refusal } from "../problem.ts";
import { settlePending } from "./settle.ts";

/** A writer that dies is out of the way after this long; longer than any write takes. */
const leaseMs = 30_000;
const longestWaitMs = 10_000;
const pauseMs = 25;

export type WriteLock = {
  /** Makes statements take effect only while this writer still holds the lock. */
  fence: Fence;
  /**
   * Applies the last, fenced statements of a write and releases the lock with them, all or nothing.
   * @throws {Refusal} `outcome_unknown` if the lock was lost to another writer, who then settles this write.
   */
  commit(statements: readonly Compilable[]): Promise<void>;
  /** Leaves the lock to expire, so that the next writer comes when the outcome of this one's call is certain. */
  abandon(): void;
};

type LockServices = Pick<Services, "database" | "leases" | "platform" | "journal" | "keyring" | "settlers">;

/**
 * Runs `work` while no other write of this user runs anywhere, after settling whatever an earlier writer left behind.
 * @throws {Refusal} `storage_unavailable` when the lock is not free within ten seconds.
 */
export function withWriteLock<T>(
  services: LockServices,
  userId: string,
  work: (lock: WriteLock) => Promise<T>,
): Promise<T> {
  return services.platform.queue(`write:${userId}`, async () => {
    const { leases, database } = services;
    const fence = await acquire(services, userId);
    let held = true;
    try {
      await settlePending(services, fence);
      return await work({
        fence,
        async commit(statements) {
          const results = await database.batch([...statements, leases.release(fence)]);
          held = false;
          if (results.at(-1)?.affected !== 1) throw new Refusal("outcome_unknown");
        },
        abandon() {
          held = false;
        },
      });
    } finally {
      // A lease that cannot be released expires by itself; the answer stands either way.
      if (held)
        await leases
          .release(fence)
          .execute()
          .catch(() => undefined);
    }
  });
}

async function acquire({ leases, platform }: LockServices, userId: string): Promise<Fence> {
  const fence = { userId, token: crypto.randomUUID() };
  const deadline = performance.now() + longestWaitMs;
  while (!(await leases.acquire(userId, fence.token, platform.now(), leaseMs))) {
    if (performance.now() > deadline) throw new Refusal("storage_unavailable", { retryAfter: 5 });
    await new Promise((resolve) => setTimeout(resolve, pauseMs + Math.random() * pauseMs));
  }
  return fence;
}
