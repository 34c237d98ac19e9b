/** One person's writes happen one after the other, on every instance that shares the database. */
import type { Compilable } from "kysely";
import type { Fence } from "../../db/fence.ts";
import { Refusal } from "../problem.ts";
import type { Services } from "../services.ts";
import { settlePending } from "./settle.ts";

/**
 * A writer that dies is out of the way after this long. A call of Logto takes 22 s at most, waits and its one
 * repeat included; the rest is room for clocks that differ and for Logto to finish what nobody waits for any more.
 */
const leaseMs = 30_000;
/** Longest wait for the lock, whoever holds it: earlier requests of this process or another instance. */
const longestWaitMs = 10_000;
const pauseMs = 25;
/** How often, and for how long, a release is tried that the database did not take; the lease expires by itself later. */
const releaseMs = { pause: 1_000, longest: 15_000 };

export type WriteLock = {
  /** Makes statements take effect only while this writer still holds the lock. */
  fence: Fence;
  /**
   * Applies fenced statements and holds the lock for another full time, all or nothing.
   * @throws {Refusal} `storage_unavailable`, with nothing applied, if the lock was lost to another writer.
   */
  record(statements: readonly Compilable[]): Promise<void>;
  /** As `record`, for the last statements of a write: the lock is released with them. */
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
  const deadline = performance.now() + longestWaitMs;
  return services.platform.queue(`write:${userId}`, async () => {
    const { leases, platform } = services;
    const fence = await acquire(services, userId, deadline);
    const state = { held: true };
    try {
      const lock = lockOf(services, fence, state);
      await settlePending(services, lock);
      return await work(lock);
    } finally {
      // The answer stands either way.
      if (state.held)
        await leases
          .release(fence)
          .execute()
          .catch(() => platform.defer(releaseLater(services, fence)));
    }
  });
}

function lockOf(
  { database, leases, platform }: LockServices,
  fence: Fence,
  state: { held: boolean },
): WriteLock {
  const apply = async (statements: readonly Compilable[], last: Compilable) => {
    const results = await database.batch([...statements, last]);
    if (results.at(-1)?.affected !== 1) throw new Refusal("storage_unavailable", { retryAfter: 1 });
  };
  return {
    fence,
    record: (statements) => apply(statements, leases.extend(fence, platform.now(), leaseMs)),
    async commit(statements) {
      await apply(statements, leases.release(fence));
      state.held = false;
    },
    abandon() {
      state.held = false;
    },
  };
}

async function acquire({ leases, platform }: LockServices, userId: string, deadline: number): Promise<Fence> {
  const fence = { userId, token: crypto.randomUUID() };
  while (performance.now() < deadline) {
    if (await leases.acquire(userId, fence.token, platform.now(), leaseMs)) return fence;
    await new Promise((resolve) => setTimeout(resolve, pauseMs + Math.random() * pauseMs));
  }
  throw new Refusal("storage_unavailable", { retryAfter: 5 });
}

/** After a short outage of the database, the person's next write should not wait for the lease to expire. */
async function releaseLater({ leases }: LockServices, fence: Fence): Promise<void> {
  const deadline = performance.now() + releaseMs.longest;
  let released = false;
  while (!released && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, releaseMs.pause));
    released = await leases
      .release(fence)
      .execute()
      .then(() => true)
      .catch(() => false);
  }
}
