/** What one person may have of this instance, so that no signed-in client slows another. */
import type { MiddlewareHandler } from "hono";
import type { Platform } from "../platform.ts";
import { Refusal } from "../problem.ts";
import { sleep } from "../sleep.ts";
import { createTokenBuckets } from "../token-buckets.ts";
import type { ProtectedEnv } from "./env.ts";

/** How many answers are kept for the keys of one person, and the bytes of all of them together. */
export const keptAnswers = { number: 1_000, bytes: 1_048_576 };

/** Calls of one person: a read takes one token, anything else five. */
const calls = { burst: 600, perSecond: 100, keys: 20_000 };
const costOf = (method: string) => (method === "GET" || method === "HEAD" ? 1 : 5);
/** A client that does not heed `Retry-After` waits this long for each of its refusals. */
const heldMs = 500;

/**
 * Refuses the calls of a person who makes too many: 600 reads or 120 other calls at once, and a sixth of that each
 * second. No page comes near it. It counts in the memory of this instance, and on Workers of this isolate.
 * @throws {Refusal} `too_many_requests` with `Retry-After`.
 */
export function limitCalls({ monotonic }: Pick<Platform, "monotonic">): MiddlewareHandler<ProtectedEnv> {
  const buckets = createTokenBuckets(calls, monotonic);
  return (c, next) => {
    const waitMs = buckets.take(c.var.caller.userId, costOf(c.req.method));
    return waitMs === 0 ? next() : refuse(waitMs);
  };
}

async function refuse(waitMs: number): Promise<never> {
  await sleep(heldMs);
  throw new Refusal("too_many_requests", { retryAfter: Math.ceil(waitMs / 1000) });
}
