/** What one person may have of this instance, so that no signed-in client slows another. */
import type { HonoRequest, MiddlewareHandler } from "hono";
import type { KeptAnswers } from "../../db/idempotency.ts";
import type { Platform } from "../platform.ts";
import { Refusal } from "../problem.ts";
import { sleep } from "../sleep.ts";
import { createTokenBuckets } from "../token-buckets.ts";
import type { ProtectedEnv } from "./env.ts";
import { idempotencyKey } from "./request-headers.ts";

/** How many answers are kept for the keys of one person, and how many bytes. */
export const keptAnswers: KeptAnswers = { number: 1_000, bytes: 1_048_576 };

/** No setting: a page makes a few calls, and a program that makes this many is slowed down before it is refused. */
const calls = { burst: 300, perSecond: 150, keys: 20_000 };
/** The longest wait for tokens. The body is read afterwards, and has arrived within the time-out of a request. */
const patienceMs = 5_000;
/** A client that repeats a refused call at once waits this long for each refusal. */
const heldMs = 1_000;

/**
 * Slows down the calls of a person who makes too many, and refuses them when too many wait.
 * @throws {Refusal} `too_many_requests` with `Retry-After`.
 */
export function limitCalls({ monotonic }: Pick<Platform, "monotonic">): MiddlewareHandler<ProtectedEnv> {
  const buckets = createTokenBuckets(calls, monotonic);
  return (c, next) => {
    const cost = costOf(c.req);
    return cost === 0 ? next() : pass(buckets.take(c.var.caller.userId, cost, patienceMs)).then(next);
  };
}

/**
 * A read costs nothing here: it is served from memory, or pays for its call to Logto where that is made
 * (`src/logto/tuning.ts`, `latestReads`; `src/logto/call-budget.ts`). Another call costs a token, and two where its
 * answer is kept.
 */
function costOf(request: HonoRequest): number {
  if (request.method === "GET" || request.method === "HEAD") return 0;
  return request.header(idempotencyKey.name) === undefined ? 1 : 2;
}

async function pass(waitMs: number): Promise<void> {
  if (waitMs > patienceMs) {
    await sleep(heldMs);
    throw new Refusal("too_many_requests", { retryAfter: Math.ceil((waitMs - patienceMs) / 1000) });
  }
  if (waitMs > 0) await sleep(waitMs);
}
