/** The lease for one person's writes: a row that one writer at a time holds, among all instances. */
import type { Compilable } from "kysely";
import type { Fence, Guard } from "../../db/guard.ts";
import type { Db } from "../../db/repositories.ts";
import type { Caller } from "../caller.ts";
import type { Platform } from "../platform.ts";
import { Refusal } from "../problem.ts";
import { backoff, sleep } from "../sleep.ts";
import { tryLater } from "./try-later.ts";

export type LeaseServices = {
  db: Pick<Db, "batch" | "leases" | "tombstones">;
  platform: Pick<Platform, "now" | "monotonic" | "defer">;
};

/** A writer that dies is out of the way after this long. */
const leaseMs = 30_000;
/**
 * A call of Logto may begin this long after the lease was last renewed. It is given up 5 s later; the 5 s that are
 * left are room for instances whose clocks differ, and for Logto to finish a call that nobody waits for any more.
 */
const sendWithinMs = 20_000;
const pauseMs = { first: 10, longest: 500 };

/** Whose lease it is. Only recovery, which acts for no caller, leaves `personHash` out. */
export type LeaseOwner = { userId: string } & Partial<Pick<Caller, "personHash">>;

export type WriteLock = {
  readonly userId: string;
  /** Names the lease. */
  readonly fence: Fence;
  /** Makes statements take effect only while this writer still holds the lock. */
  readonly guard: Guard;
  /** The moment on the monotonic clock after which nothing more may be sent to Logto; each `apply` moves it. */
  sendBy(): number;
  /**
   * Runs fenced statements as one transaction and renews the lock for its full life.
   * @throws {Refusal} `storage_unavailable`, with nothing applied, if another writer has taken the lock.
   */
  apply(statements: readonly Compilable[]): Promise<void>;
  /** As `apply`, for the last statements of a write: the lock is released with them. */
  applyAndRelease(statements: readonly Compilable[]): Promise<void>;
  /** Keeps the lock until it expires: until then Logto may still be working on this writer's call. */
  leaveToExpire(): void;
};

/** `release` does nothing after `applyAndRelease` or `leaveToExpire`. */
export type Lease = { lock: WriteLock; release(): Promise<void> };

/**
 * Takes the user's lease.
 * @param deadline on the monotonic clock; after it, the lease is taken if it is free at once.
 * @throws {Refusal} `storage_unavailable` when it is not free by then; `invalid_token` for an erased person.
 */
export async function acquireLease(
  services: LeaseServices,
  owner: LeaseOwner,
  deadline: number,
): Promise<Lease> {
  const { fence, renewedAt } = await acquire(services, owner, deadline);
  const state = { held: true, renewedAt };
  return {
    lock: lockOf(services, fence, state),
    async release() {
      if (!state.held) return;
      // A release that fails does not change the answer of the write.
      await services.db.leases
        .release(fence)
        .execute()
        .catch(() => releaseLater(services, fence));
    },
  };
}

type LeaseState = { held: boolean; renewedAt: number };

function lockOf({ db, platform }: LeaseServices, fence: Fence, state: LeaseState): WriteLock {
  const runWith = async (statements: readonly Compilable[], last: Compilable) => {
    const results = await db.batch([...statements, last]);
    if (results.at(-1)?.affected !== 1) throw new Refusal("storage_unavailable", { retryAfter: 1 });
  };
  return {
    userId: fence.userId,
    fence,
    guard: { fence },
    sendBy: () => state.renewedAt + sendWithinMs,
    async apply(statements) {
      // Taken before the statement: the database may count from then on.
      const renewedAt = platform.monotonic();
      await runWith(statements, db.leases.extend(fence, platform.now(), leaseMs));
      state.renewedAt = renewedAt;
    },
    async applyAndRelease(statements) {
      await runWith(statements, db.leases.release(fence));
      state.held = false;
    },
    leaveToExpire() {
      state.held = false;
    },
  };
}

async function acquire(services: LeaseServices, { userId, personHash }: LeaseOwner, deadline: number) {
  const { db, platform } = services;
  const guard = { person: personHash };
  const fence = { userId, token: crypto.randomUUID() };
  for (let attempt = 0; ; attempt++) {
    const renewedAt = platform.monotonic();
    try {
      if (await db.leases.acquire(userId, fence.token, platform.now(), leaseMs, guard))
        return { fence, renewedAt };
    } catch (error) {
      // The lease may have been taken although the answer was lost: nobody else would give it back.
      releaseLater(services, fence);
      throw error;
    }
    if (personHash !== undefined && (await db.tombstones.exists(personHash)))
      throw new Refusal("invalid_token", { reason: "erased_person" });
    if (platform.monotonic() >= deadline) throw new Refusal("storage_unavailable", { retryAfter: 5 });
    await sleep(backoff(attempt, pauseMs));
  }
}

/** After a short outage of the database, the person's next write should not wait for the lease to expire. */
const releaseLater = ({ db, platform }: LeaseServices, fence: Fence): void =>
  tryLater(platform, () => db.leases.release(fence).execute());
