/** The names of the buckets of `limits` in which one person's attempts are counted. */

/** What is counted for each person. */
const personLimits = ["password", "code-check", "code-send", "code-send-day", "export", "not-me"] as const;

/** The bucket in which a person's attempts at one thing are counted. */
export const personBucket = (limit: (typeof personLimits)[number], userId: string): string =>
  `${limit}:user:${userId}`;

/** @returns what is counted in a bucket of a person. */
export const limitOf = (bucket: string): string => bucket.split(":")[0] ?? bucket;

/** Every bucket of one person. */
export const personBuckets = (userId: string): string[] =>
  personLimits.map((limit) => personBucket(limit, userId));
