/** Token buckets in memory, one for each key: so many at once, and so many a second in the long run. */

export type BucketSize = {
  burst: number;
  perSecond: number;
  /** The most keys that are remembered. A forgotten one has a full bucket again. */
  keys: number;
};

export type TokenBuckets = {
  /**
   * Takes tokens from the bucket of a key, also those that it will only have within the patience.
   * @param patienceMs default: 0.
   * @returns the milliseconds until it has them. If they are more than the patience, none was taken.
   */
  take(key: string, tokens?: number, patienceMs?: number): number;
};

/** What sums of moments differ by when nothing is missing; in milliseconds. */
const roundingMs = 0.001;

/** @param monotonic milliseconds on a clock that never goes back. */
export function createTokenBuckets(size: BucketSize, monotonic: () => number): TokenBuckets {
  const { burst, perSecond, keys } = size;
  const tokenMs = 1000 / perSecond;
  /** For each key the moment when its bucket is full; the key that was used last stands last. */
  const fullAt = new Map<string, number>();

  return {
    take(key, tokens = 1, patienceMs = 0) {
      const now = monotonic();
      const before = Math.max(now, fullAt.get(key) ?? now);
      const after = before + tokens * tokenMs;
      const missing = after - now - burst * tokenMs;
      const wait = missing > roundingMs ? missing : 0;
      fullAt.delete(key);
      fullAt.set(key, wait > patienceMs ? before : after);
      const oldest = fullAt.keys().next();
      if (fullAt.size > keys && !oldest.done) fullAt.delete(oldest.value);
      return wait;
    },
  };
}
