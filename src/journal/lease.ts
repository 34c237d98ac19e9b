/** The lease of one person's writes: a row that one writer at a time holds, on every instance that shares the database. */
import type { Compilable } from "kysely";
import type { Fence } from "../../db/fence.ts";
import type { Db } from "../../db/repositories.ts";
import type { Platform } from "../platform.ts";
import { Refusal } from "../problem.ts";
import { sleep } from "../sleep.ts";

export type LeaseServices = {
  db: Pick<Db, "batch" | "leases">;
  platform: Pick<Platform, "now" | "defer">;
};

/**
 * A writer that dies is out of the way after this long. A call of Logto takes 22 s at most, waits and its one
 * repeat included; the rest is room for clocks that differ and for Logto to finish what nobody waits for any more.
 */
const leaseMs = 30_000;
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
  apply(statements: readonly Compilable[]): Promise<void>;
  /** As `record`, for the last statements of a write: the lock is released with them. */
  applyAndRelease(statements: readonly Compilable[]): Promise<void>;
  /** Leaves the lock to expire, so that the next writer comes when the outcome of this one's call is certain. */
  leaveToExpire(): void;
};

/** A lease that was taken: `release` is for whoever ends the write without a commit. */
export type Lease = { lock: WriteLock; release(): Promise<void> };

/**
 * Takes the user's lease.
 * @param deadline on the clock of `performance.now`.
 * @throws {Refusal} `storage_unavailable` when it is not free by then.
 */
export async function acquireLease(
  services: LeaseServices,
  userId: string,
  deadline: number,
): Promise<Lease> {
  const fence = await acquire(services, userId, deadline);
  const state = { held: true };
  return {
    lock: lockOf(services, fence, state),
    async release() {
      // The answer of the write stands either way.
      if (!state.held) return;
      await services.db.leases
        .release(fence)
        .execute()
        .catch(() => services.platform.defer(releaseLater(services, fence)));
    },
  };
}

function lockOf({ db, platform }: LeaseServices, fence: Fence, state: { held: boolean }): WriteLock {
  const runWith = async (statements: readonly Compilable[], last: Compilable) => {
    const results = await db.batch([...statements, last]);
    if (results.at(-1)?.affected !== 1) throw new Refusal("storage_unavailable", { retryAfter: 1 });
  };
  return {
    fence,
    apply: (statements) => runWith(statements, db.leases.extend(fence, platform.now(), leaseMs)),
    async applyAndRelease(statements) {
      await runWith(statements, db.leases.release(fence));
      state.held = false;
    },
    leaveToExpire() {
      state.held = false;
    },
  };
}

async function acquire({ db, platform }: LeaseServices, userId: string, deadline: number): Promise<Fence> {
  const fence = { userId, token: crypto.randomUUID() };
  while (performance.now() < deadline) {
    if (await db.leases.acquire(userId, fence.token, platform.now(), leaseMs)) return fence;
    await sleep(pauseMs + Math.random() * pauseMs);
  }
  throw new Refusal("storage_unavailable", { retryAfter: 5 });
}

/** After a short outage of the database, the person's next write should not wait for the lease to expire. */
async function releaseLater({ db }: LeaseServices, fence: Fence): Promise<void> {
  const deadline = performance.now() + releaseMs.longest;
  let released = false;
  while (!released && performance.now() < deadline) {
    await sleep(releaseMs.pause);
    released = await db.leases
      .release(fence)
      .execute()
      .then(() => true)
      .catch(() => false);
  }
}
