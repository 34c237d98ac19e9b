/** Every time limit and size of the calls to Logto, in milliseconds and bytes. Tests use shorter times. */

/**
 * A full bulkhead in which no call began or ended for `stallMs` refuses callers instead of queueing them. Of one person
 * at most `perPerson` calls are in it; the next ones wait outside, so that they are in nobody's way.
 */
export type BulkheadSize = { concurrent: number; perPerson: number; queue: number; stallMs: number };

export const productionTuning = {
  /** One call, from the first byte sent to the last byte read, all retries included. */
  totalMs: 5_000,
  /** One token request. Every call needs a token, so a slow token endpoint gets as much time as a call. */
  tokenMs: 5_000,
  jwksMs: 3_000,
  /** One request of the web application. Within three seconds Logto answers the repeat of a refresh. */
  webMs: 2_500,
  /** The longest wait for a share of the budget: as long as a call itself may take. */
  budgetMs: 5_000,
  /** The longest wait for a slot of a bulkhead. */
  queueMs: 2_000,
  /** The pause before the first retry of a GET. The second is twice as long, and each varies by half. */
  retryMs: 40,
  /** The longest `Retry-After` that a call waits for. */
  retryAfterMs: 2_000,
  answerBytes: 1_048_576,
  tokenBytes: 65_536,
  jwksBytes: 65_536,
  discovery: {
    /** One request. */
    totalMs: 3_000,
    bytes: 65_536,
    /** From a check that got the document to the next. */
    everyMs: 60 * 60_000,
    /** The longest that readiness waits for a check. It is short, because load balancers wait a second or two. */
    readinessMs: 300,
    /** Readiness, which anybody may ask for, starts no check sooner after the last one. */
    recentMs: 3_000,
  },
  breaker: { failures: 5, halfOpenMs: 2_000 },
  bulkheads: {
    large: { concurrent: 20, perPerson: 10, queue: 1_000, stallMs: 200 },
    small: { concurrent: 4, perPerson: 2, queue: 32, stallMs: 1_000 },
  },
  /** The snapshots of users that are kept. */
  snapshots: { number: 10_000, bytes: 32 * 1_048_576 },
  /** The pages of sign-ins that are kept, and for how long. */
  signIns: { number: 2_000, bytes: 8 * 1_048_576, lifeMs: 15_000 },
  /** How often a person gets a read of their own for `Cache-Control: no-cache`. */
  latestReads: { burst: 10, perSecond: 1, keys: 10_000 },
  token: {
    /** The life of a token with neither a usable `expires_in` nor an `exp`. */
    defaultLifeMs: 60_000,
    longestLifeMs: 24 * 60 * 60_000,
    badCredentialMs: 30_000,
    longestBackoffMs: 5_000,
    /** A new token that the API refuses before it has accepted it once is not replaced within this time. */
    renewMs: 1_000,
  },
  keys: {
    refreshMs: 8 * 60_000,
    staleMs: 10 * 60_000,
    outageMs: 24 * 60 * 60_000,
    unknownKidMs: 30_000,
    longestColdMs: 5_000,
    /** After a failed refresh the known keys are used for this long, and no request waits for the next refresh. */
    patienceMs: 120_000,
  },
};

export type LogtoTuning = typeof productionTuning;

/**
 * For Workers: bulkheads without a limit. On Workers a request cannot run what another request queued, and a request
 * whose client disconnects stops in the middle, so that its slot would never become free.
 */
const unlimited: BulkheadSize = {
  concurrent: Number.POSITIVE_INFINITY,
  perPerson: Number.POSITIVE_INFINITY,
  queue: 0,
  stallMs: Number.POSITIVE_INFINITY,
};
export const workersTuning: LogtoTuning = {
  ...productionTuning,
  bulkheads: { large: unlimited, small: unlimited },
};
