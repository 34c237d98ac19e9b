/** User snapshots: short-lived copies of Logto's users, so that a person's reads cost one call every few seconds. */
import type { Platform } from "../platform.ts";
import { Refusal } from "../problem.ts";
import type { LogtoUser, Users } from "./users.ts";

/** The most snapshots that are kept; a new one then replaces the oldest. */
const maxSnapshots = 10_000;

export type UserSnapshots = {
  /**
   * @returns a snapshot that is at most `lifeMs` old.
   * @throws {Refusal} `user_suspended`, `invalid_token` for a deleted user, and what `Users.get` throws.
   */
  get(userId: string): Promise<LogtoUser>;
  /** Reads the user from Logto even if there is a snapshot. @throws as `get`. */
  refresh(userId: string): Promise<LogtoUser>;
  /** Stores the user as a change of our own left it. */
  put(user: LogtoUser): void;
  /** Drops the snapshot of a user who has changed. */
  drop(userId: string): void;
};

export function createUserSnapshots(options: {
  users: Pick<Users, "get">;
  platform: Pick<Platform, "now" | "coalesce">;
  lifeMs: number;
}): UserSnapshots {
  const { users, platform, lifeMs } = options;
  const snapshots = new Map<string, { user: LogtoUser; until: number }>();
  const running = new Map<string, Set<Read>>();

  const store = (user: LogtoUser) => {
    snapshots.delete(user.id);
    snapshots.set(user.id, { user, until: platform.now() + lifeMs });
    const oldest = snapshots.keys().next();
    if (snapshots.size > maxSnapshots && !oldest.done) snapshots.delete(oldest.value);
  };
  /** A read that began before a change may end after it. Its answer is then old and must not be stored. */
  const outdateReads = (userId: string) => {
    for (const read of running.get(userId) ?? []) read.outdated = true;
  };

  return {
    async get(userId) {
      const snapshot = snapshots.get(userId);
      if (snapshot && snapshot.until > platform.now()) return requireActive(snapshot.user);
      return platform.coalesce(`user:${userId}`, () => this.refresh(userId));
    },
    async refresh(userId) {
      const read: Read = { outdated: false };
      const reads = running.get(userId) ?? new Set();
      running.set(userId, reads.add(read));
      try {
        const user = await users.get(userId);
        if (!read.outdated) store(user);
        return requireActive(user);
      } finally {
        reads.delete(read);
        if (reads.size === 0) running.delete(userId);
      }
    },
    put(user) {
      outdateReads(user.id);
      store(user);
    },
    drop(userId) {
      outdateReads(userId);
      snapshots.delete(userId);
    },
  };
}

type Read = { outdated: boolean };

function requireActive(user: LogtoUser): LogtoUser {
  if (user.isSuspended) throw new Refusal("user_suspended");
  return user;
}
