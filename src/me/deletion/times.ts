/** When somebody who has asked for the end of their account is told, and when it is tried again. */
import type { Deletion } from "../../../db/deletions.ts";

export const dayMs = 86_400_000;

/** A job that takes a deletion has it for itself for this long. */
export const leaseMs = 60_000;

const firstPauseMs = 20_000;
const longestPauseMs = 60 * 60 * 1000;

export const pauseAfter = (attempts: number): number =>
  Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(attempts, 20));

/** A day before, so that the person is told; on the day itself where that would be at once. */
export const firstLookAt = ({ askedAt, deletesAt }: Pick<Deletion, "askedAt" | "deletesAt">): number =>
  deletesAt - dayMs > askedAt ? deletesAt - dayMs : deletesAt;
