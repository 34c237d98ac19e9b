/** A pause, the same on every runtime. */

/** Resolves after `ms` milliseconds. */
export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * How long to wait before the next attempt: the pause doubles up to the longest. It varies by half, so that many who
 * wait for one thing do not ask for it all at once.
 */
export const backoff = (attempt: number, { first, longest }: { first: number; longest: number }): number =>
  Math.min(longest, first * 2 ** attempt) * (0.5 + Math.random());
