/** User snapshots: short-lived copies of Logto's users, so that a person's reads cost one call every few seconds. */
import type { Platform } from "../platform.ts";
import { Refusal } from "../problem.ts";
import { createTokenBuckets, type TokenBuckets } from "../token-buckets.ts";
import { createSnapshotStore, type SnapshotStore } from "./snapshot-store.ts";
import { type LogtoTuning, productionTuning } from "./tuning.ts";
import type { LogtoUser, Users } from "./users.ts";

export type UserSnapshots = {
  /**
   * @returns the user as Logto had it at most `lifeMs` ago.
   * @throws {Refusal} `user_suspended`, `invalid_token` for a deleted user, and what `Users.get` throws.
   */
  get(userId: string): Promise<LogtoUser>;
  /**
   * Reads the user for a request that wants no snapshot. Requests of one person that come meanwhile share the next
   * read, which begins after they came. Who wants this too often gets what `get` returns.
   * @throws as `get`.
   */
  latest(userId: string): Promise<LogtoUser>;
  /** Reads the user for this request alone: decisions about security rest on this. @throws as `get`. */
  refresh(userId: string): Promise<LogtoUser>;
  /**
   * Runs a change of the user, and keeps the user that it returns.
   * @throws what `work` throws. If its outcome is not known, drop the snapshot.
   */
  change(userId: string, work: () => Promise<LogtoUser>): Promise<LogtoUser>;
  /** Drops the snapshot of a user who has changed. */
  drop(userId: string): void;
};

export type UserSnapshotOptions = {
  users: Pick<Users, "get">;
  platform: Pick<Platform, "now" | "monotonic" | "coalesce" | "metrics">;
  lifeMs: number;
  /** False while reads are refused at once: a request that joined another one would wait in vain. Default: true. */
  mayShare?: () => boolean;
  tuning?: Pick<LogtoTuning, "snapshots" | "latestReads">;
};

/** One call to Logto that runs, and what happened to the user's snapshot meanwhile. */
type Run = {
  /** Its place in the order of reads, changes and arrivals. */
  began: number;
  /** Epoch ms. What the call returns is as old as this. */
  since: number;
  /** True if the snapshot was replaced or dropped: what a read returns may be older than that. */
  outdated: boolean;
  /** True if the snapshot was dropped. */
  dropped: boolean;
};

class Snapshots implements UserSnapshots {
  readonly #users: Pick<Users, "get">;
  readonly #platform: UserSnapshotOptions["platform"];
  readonly #mayShare: () => boolean;
  readonly #kept: SnapshotStore;
  readonly #latestReads: TokenBuckets;
  readonly #running = new Map<string, Set<Run>>();
  #moment = 0;

  constructor({
    users,
    platform,
    lifeMs,
    mayShare = () => true,
    tuning = productionTuning,
  }: UserSnapshotOptions) {
    this.#users = users;
    this.#platform = platform;
    this.#mayShare = mayShare;
    this.#kept = createSnapshotStore({ ...tuning.snapshots, lifeMs, now: platform.now });
    platform.metrics?.watchCache("user_snapshots", () => this.#kept.use());
    this.#latestReads = createTokenBuckets(tuning.latestReads, platform.monotonic);
  }

  async get(userId: string): Promise<LogtoUser> {
    const arrived = this.#tick();
    for (;;) {
      const kept = this.#kept.find(userId);
      if (kept) return requireActive(kept);
      const { user, run } = await this.#share(userId);
      // A read that a change overtook is good enough for those who came before the change, and for nobody else.
      if (!run.outdated || run.began > arrived) return requireActive(user);
    }
  }

  async latest(userId: string): Promise<LogtoUser> {
    if (this.#latestReads.take(userId) > 0) return this.get(userId);
    const arrived = this.#tick();
    for (;;) {
      const { user, run } = await this.#share(userId);
      if (run.began > arrived) return requireActive(user);
    }
  }

  async refresh(userId: string): Promise<LogtoUser> {
    return requireActive((await this.#read(userId)).user);
  }

  async change(userId: string, work: () => Promise<LogtoUser>): Promise<LogtoUser> {
    const { run, result: user } = await this.#run(userId, work);
    // A read that was kept meanwhile may be older than the change, so it is never the one that stays.
    if (run.dropped) this.drop(userId);
    else this.#keep(user, run);
    return user;
  }

  drop(userId: string): void {
    for (const run of this.#running.get(userId) ?? []) run.dropped = true;
    this.#outdateRuns(userId);
    this.#kept.delete(userId);
  }

  #share(userId: string) {
    const read = () => this.#read(userId);
    return this.#mayShare() ? this.#platform.coalesce(`user:${userId}`, read) : read();
  }

  async #read(userId: string): Promise<{ user: LogtoUser; run: Run }> {
    const { run, result: user } = await this.#run(userId, () => this.#users.get(userId));
    if (!run.outdated) this.#keep(user, run);
    return { user, run };
  }

  async #run<T>(userId: string, work: () => Promise<T>): Promise<{ run: Run; result: T }> {
    const run: Run = { began: this.#tick(), since: this.#platform.now(), outdated: false, dropped: false };
    const runs = this.#running.get(userId) ?? new Set();
    this.#running.set(userId, runs.add(run));
    try {
      return { run, result: await work() };
    } finally {
      runs.delete(run);
      if (runs.size === 0) this.#running.delete(userId);
    }
  }

  #keep(user: LogtoUser, { since }: Run): void {
    this.#outdateRuns(user.id);
    this.#kept.set(user, since);
  }

  #outdateRuns(userId: string): void {
    for (const run of this.#running.get(userId) ?? []) run.outdated = true;
  }

  #tick(): number {
    this.#moment += 1;
    return this.#moment;
  }
}

/** Creates the snapshots. They read nothing before they are asked. */
export const createUserSnapshots = (options: UserSnapshotOptions): UserSnapshots => new Snapshots(options);

function requireActive(user: LogtoUser): LogtoUser {
  if (user.isSuspended) throw new Refusal("user_suspended");
  return user;
}
