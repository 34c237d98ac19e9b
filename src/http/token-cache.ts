/** A cache of verified access tokens by their digest. No token stays after its expiry or after its key is withdrawn. */

import type { CacheUse } from "../platform.ts";

/** `expiresAt` in epoch milliseconds. */
type Expiring = { expiresAt: number };

/**
 * @param capacity the largest number of tokens; when it is exceeded, the least recently used token is dropped.
 * @param isCurrent whether the key that signed a token is still published.
 * @param now milliseconds since the epoch.
 */
export function createTokenCache<Claims extends Expiring>(options: {
  capacity: number;
  isCurrent(kid: string): boolean;
  /** How long a token is accepted after its expiry; in milliseconds. */
  toleranceMs: number;
  now(): number;
}) {
  const { capacity, isCurrent, toleranceMs, now } = options;
  const entries = new Map<string, { kid: string; claims: Claims }>();
  const looked = { hits: 0, misses: 0 };

  const find = (key: string): Claims | undefined => {
    const entry = entries.get(key);
    if (!entry) return undefined;
    entries.delete(key);
    if (now() > entry.claims.expiresAt + toleranceMs || !isCurrent(entry.kid)) return undefined;
    entries.set(key, entry);
    return entry.claims;
  };

  return {
    get(key: string): Claims | undefined {
      const found = find(key);
      if (found) looked.hits += 1;
      else looked.misses += 1;
      return found;
    },

    use: (): CacheUse => ({ entries: entries.size, ...looked }),

    set(key: string, kid: string, claims: Claims): void {
      entries.set(key, { kid, claims });
      if (entries.size <= capacity) return;
      const oldest = entries.keys().next();
      if (!oldest.done) entries.delete(oldest.value);
    },
  };
}
