/** The lease for one person's writes: a row that one writer at a time holds, among all instances. */
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
 * The life of a lease, and so the time for which a writer that crashed blocks the next one. A call to Logto takes at
 * most 22 s on Node, with its waits and its one repeat. The rest allows for clocks that differ and for a call that
 * Logto still works on after we gave up.
 */
const leaseMs = 30_000;
/** The shortest pause between two tries to take a lease. The longest is twice that. */
const pauseMs = 25;
/** A release that fails is repeated after each pause until `longest` is over. Later the lease expires by itself. */
const releaseMs = { pause: 1_000, longest: 15_000 };

export type WriteLock = {
  /** Given to a statement, it makes the statement take effect only while this writer holds the lock. */
  fence: Fence;
  /**
   * Runs fenced statements as one transaction and renews the lock for its full life.
   * @throws {Refusal} `storage_unavailable`, with nothing applied, if another writer has taken the lock.
   */
  apply(statements: readonly Compilable[]): Promise<void>;
  /** As `apply`, and releases the lock in the same transaction. */
  applyAndRelease(statements: readonly Compilable[]): Promise<void>;
  /** Keeps the lock until it expires: until then Logto may still be working on this writer's call. */
  leaveToExpire(): void;
};

/** `release` does nothing after `applyAndRelease` or `leaveToExpire`. */
export type Lease = { lock: WriteLock; release(): Promise<void> };

/**
 * Takes the lease for a user's writes; waits while another writer holds it.
 * @param deadline a time of `performance.now`.
 * @throws {Refusal} `storage_unavailable` if the lease is not free by then.
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
      if (!state.held) return;
      // A release that fails does not change the answer of the write.
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

/** After a short outage of the database, the next write of the person need not wait until the lease expires. */
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
