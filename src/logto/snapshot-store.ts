/** Where user snapshots are kept: in memory, for a short life, bounded in number and in bytes. */
import { isObject, type JsonValue } from "../json.ts";
import type { LogtoUser } from "./users.ts";

export type SnapshotStore = {
  /** @returns undefined if there is none, or if its life is over. */
  find(userId: string): LogtoUser | undefined;
  /** Keeps a snapshot; the oldest ones give way. @param since when its life began; epoch ms. */
  set(user: LogtoUser, since: number): void;
  delete(userId: string): void;
};

export type SnapshotStoreOptions = {
  /** The most snapshots. */
  number: number;
  /** The most bytes of all snapshots together, as `bytesOf` estimates them. */
  bytes: number;
  lifeMs: number;
  /** Epoch ms. */
  now(): number;
};

type Kept = { user: LogtoUser; until: number; bytes: number };

export function createSnapshotStore({ number, bytes, lifeMs, now }: SnapshotStoreOptions): SnapshotStore {
  /** In the order in which they were kept. */
  const snapshots = new Map<string, Kept>();
  let total = 0;

  const remove = (userId: string) => {
    total -= snapshots.get(userId)?.bytes ?? 0;
    snapshots.delete(userId);
  };

  return {
    find(userId) {
      const kept = snapshots.get(userId);
      if (kept && kept.until > now()) return kept.user;
      remove(userId);
      return undefined;
    },
    set(user, since) {
      remove(user.id);
      const kept = { user, until: since + lifeMs, bytes: bytesOf(user) };
      snapshots.set(user.id, kept);
      total += kept.bytes;
      for (const oldest of snapshots.keys()) {
        if (snapshots.size <= number && total <= bytes) return;
        remove(oldest);
      }
    },
    delete: remove,
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
