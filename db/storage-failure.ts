import { Refusal } from "../src/problem.ts";

/** In seconds. Most outages of a database end by themselves and soon. */
const retryAfter = 2;

/**
 * The refusal for a database that is unreachable, locked or full.
 * @param cause the driver's error, for the log.
 */
export const storageUnavailable = (cause: unknown) =>
  new Refusal("storage_unavailable", { retryAfter }, { cause });
