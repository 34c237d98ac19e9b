/** Where user snapshots are kept: in memory, for a short life, bounded in number and in bytes. */
import { type CacheBounds, createBoundedCache } from "../bounded-cache.ts";
import { isObject, type JsonValue } from "../json.ts";
import type { CacheUse } from "../platform.ts";
import type { LogtoUser } from "./users.ts";

export type SnapshotStore = {
  /** @returns undefined if there is none, or if its life is over. */
  find(userId: string): LogtoUser | undefined;
  /** Keeps a snapshot; the oldest ones give way. @param since when its life began; epoch ms. */
  set(user: LogtoUser, since: number): void;
  delete(userId: string): void;
  use(): CacheUse;
};

/** `bytes` counts as `bytesOf` estimates. */
export type SnapshotStoreOptions = CacheBounds & {
  lifeMs: number;
  /** Epoch ms. */
  now(): number;
};

type Kept = { user: LogtoUser; until: number };

export function createSnapshotStore({ lifeMs, now, ...bounds }: SnapshotStoreOptions): SnapshotStore {
  const snapshots = createBoundedCache<Kept>(bounds);
  const looked = { hits: 0, misses: 0 };
  return {
    find(userId) {
      const kept = snapshots.get(userId);
      if (kept && kept.until > now()) {
        looked.hits += 1;
        return kept.user;
      }
      looked.misses += 1;
      snapshots.delete(userId);
      return undefined;
    },
    set: (user, since) => snapshots.set(user.id, { user, until: since + lifeMs }, bytesOf(user)),
    delete: (userId) => snapshots.delete(userId),
    use: () => ({ entries: snapshots.size(), ...looked }),
  };
}

/** What a value takes in memory, roughly: two bytes a character, and some for each value and name. */
function bytesOf(value: JsonValue): number {
  const left = [value];
  let bytes = 0;
  // A list and no recursion: whoever may write a person's custom data may nest it deeper than the stack allows.
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    bytes += 16;
    if (typeof next === "string") bytes += 2 * next.length;
    else if (Array.isArray(next)) for (const item of next) left.push(item);
    else if (isObject(next)) {
      for (const [name, member] of Object.entries(next)) {
        bytes += 2 * name.length;
        left.push(member);
      }
    }
  }
  return bytes;
}
