/** Short-lived copies of Logto's users, so that reads cost one upstream call a person every few seconds. */
import type { Platform } from "../platform.ts";
import { Refusal } from "../problem.ts";
import type { LogtoUser, Users } from "./users.ts";

/** People remembered at once; the one remembered longest makes room. */
const maxSnapshots = 10_000;

export type UserSnapshots = {
  /**
   * A copy at most `lifeMs` old.
   * @throws {Refusal} `user_suspended`, `invalid_token` for a deleted user, and what the upstream throws.
   */
  get(userId: string): Promise<LogtoUser>;
  /** Reads Logto whatever is remembered. Throws as `get`. */
  refresh(userId: string): Promise<LogtoUser>;
  /** Remembers the outcome of a change of our own. */
  put(user: LogtoUser): void;
  /** Forgets a user, because Logto said that they changed. */
  drop(userId: string): void;
};

export function createUserSnapshots(options: {
  users: Pick<Users, "get">;
  platform: Pick<Platform, "now" | "coalesce">;
  lifeMs: number;
}): UserSnapshots {
  const { users, platform, lifeMs } = options;
  const kept = new Map<string, { user: LogtoUser; until: number }>();
  const running = new Map<string, Set<Read>>();

  const remember = (user: LogtoUser) => {
    kept.delete(user.id);
    kept.set(user.id, { user, until: platform.now() + lifeMs });
    const oldest = kept.keys().next();
    if (kept.size > maxSnapshots && !oldest.done) kept.delete(oldest.value);
  };
  /** A read that began before a change may answer after it, and must not be remembered then. */
  const outdateReads = (userId: string) => {
    for (const read of running.get(userId) ?? []) read.outdated = true;
  };

  return {
    async get(userId) {
      const snapshot = kept.get(userId);
      if (snapshot && snapshot.until > platform.now()) return active(snapshot.user);
      return platform.coalesce(`user:${userId}`, () => this.refresh(userId));
    },
    async refresh(userId) {
      const read: Read = { outdated: false };
      const reads = running.get(userId) ?? new Set();
      running.set(userId, reads.add(read));
      try {
        const user = await users.get(userId);
        if (!read.outdated) remember(user);
        return active(user);
      } finally {
        reads.delete(read);
        if (reads.size === 0) running.delete(userId);
      }
    },
    put(user) {
      outdateReads(user.id);
      remember(user);
    },
    drop(userId) {
      outdateReads(userId);
      kept.delete(userId);
    },
  };
}

type Read = { outdated: boolean };

function active(user: LogtoUser): LogtoUser {
  if (user.isSuspended) throw new Refusal("user_suspended");
  return user;
}
