/** Every number of the conversation with Logto, in milliseconds and bytes. Tests shorten them. */

/** A bulkhead's size. Full and without a start or an end for `stallMs`, it turns callers away instead of queueing. */
export type BulkheadSize = { atOnce: number; queued: number; stallMs: number };

export const productionTuning = {
  /** From the first byte sent to the last byte read, all retries included. */
  totalMs: 5_000,
  /** One token request; a slow token endpoint delays every caller, so it gets the whole of a call's time. */
  tokenMs: 5_000,
  jwksMs: 3_000,
  /** Longest wait for a place in a bulkhead. */
  queueMs: 2_000,
  /** First pause before a GET is repeated; doubled for the second, each ± half. */
  retryMs: 40,
  /** The longest `Retry-After` that is waited for. */
  retryAfterMs: 2_000,
  answerBytes: 1_048_576,
  tokenBytes: 65_536,
  jwksBytes: 65_536,
  breaker: { failures: 5, halfOpenMs: 2_000 },
  bulkheads: {
    many: { atOnce: 20, queued: 1_000, stallMs: 200 },
    few: { atOnce: 4, queued: 32, stallMs: 1_000 },
  },
  token: {
    /** Life of a token whose `expires_in` says nothing usable. */
    defaultLifeMs: 60_000,
    longestLifeMs: 24 * 60 * 60_000,
    badCredentialMs: 30_000,
    longestBackoffMs: 5_000,
    /** A renewed token that is refused before anyone accepted it is not replaced within this time. */
    renewMs: 1_000,
  },
  keys: {
    refreshMs: 8 * 60_000,
    staleMs: 10 * 60_000,
    outageMs: 24 * 60 * 60_000,
    unknownKidMs: 30_000,
    longestColdMs: 5_000,
    /** After a failed refresh the known keys serve this long without anyone waiting for the next. */
    patienceMs: 120_000,
  },
};

export type LogtoTuning = typeof productionTuning;

/**
 * For Workers: no bulkhead. There one request may not run what another queued, and a request whose client leaves
 * stops in the middle, so that its place would never be given back.
 */
const unlimited: BulkheadSize = {
  atOnce: Number.POSITIVE_INFINITY,
  queued: 0,
  stallMs: Number.POSITIVE_INFINITY,
};
export const workersTuning: LogtoTuning = {
  ...productionTuning,
  bulkheads: { many: unlimited, few: unlimited },
};
