/** A cache in memory that is bounded in number and in bytes. The entries that were set first give way. */

export type CacheBounds = {
  /** The most entries. */
  number: number;
  /** The most bytes of all entries together. */
  bytes: number;
};

export type BoundedCache<Value> = {
  get(key: string): Value | undefined;
  /** Replaces what the key had. @param bytes what the entry takes, roughly. */
  set(key: string, value: Value, bytes: number): void;
  delete(key: string): void;
  /** @returns the number of entries. */
  size(): number;
};

export function createBoundedCache<Value>(bounds: CacheBounds): BoundedCache<Value> {
  /** In the order in which they were set. */
  const entries = new Map<string, { value: Value; bytes: number }>();
  let total = 0;

  const remove = (key: string) => {
    const entry = entries.get(key);
    if (!entry) return;
    total -= entry.bytes;
    entries.delete(key);
  };

  return {
    get: (key) => entries.get(key)?.value,
    set(key, value, bytes) {
      remove(key);
      entries.set(key, { value, bytes });
      total += bytes;
      for (const oldest of entries.keys()) {
        if (entries.size <= bounds.number && total <= bounds.bytes) return;
        remove(oldest);
      }
    },
    delete: remove,
    size: () => entries.size,
  };
}
