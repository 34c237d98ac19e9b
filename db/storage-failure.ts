import { Refusal } from "../src/problem.ts";

/** Seconds after which a caller may try again: storage heals by itself or not at all. */
const retryAfter = 2;

/**
 * The refusal that stands for an unreachable, locked or full database.
 * @param cause what the driver threw, kept for the log.
 */
export const storageUnavailable = (cause: unknown) =>
  new Refusal("storage_unavailable", { retryAfter }, { cause });
