/** What one person may have of this instance, so that no signed-in client slows another. */
import type { MiddlewareHandler } from "hono";
import type { KeptAnswers } from "../../db/idempotency.ts";
import type { Platform } from "../platform.ts";
import { Refusal } from "../problem.ts";
import { sleep } from "../sleep.ts";
import { createTokenBuckets } from "../token-buckets.ts";
import { maxBodyBytes } from "./body.ts";
import type { ProtectedEnv } from "./env.ts";
import { asksForFresh, idempotencyKey } from "./request-headers.ts";

/** How many answers are kept for the keys of one person, and how many bytes. */
export const keptAnswers: KeptAnswers = { number: 1_000, bytes: 1_048_576 };

/** No setting: a page makes a few calls, and a program that makes this many is slowed down before it is refused. */
const calls = { burst: 300, perSecond: 150, keys: 20_000 };
/** A body costs a token more for each so many bytes. */
const bytesOfToken = 8_192;
/** What keeps its answer waits twice for the disk, and on SQLite everybody waits with it. */
const keptCost = 6;
/** The longest wait for tokens. The body is read afterwards, and has arrived within the time-out of a request. */
const patienceMs = 7_000;
/** A client that repeats a refused call at once waits this long for each refusal. */
const heldMs = 1_000;

/**
 * Charges a person for a call.
 * @returns undefined if it may go on at once; otherwise resolves when it may.
 * @throws {Refusal} `too_many_requests` with `Retry-After`, when too many calls of this person wait.
 */
export type CallLimit = (userId: string, request: Request) => Promise<void> | undefined;

/** Slows down the calls of a person who makes too many, and refuses them when too many wait. */
export function createCallLimit({ monotonic, metrics }: Pick<Platform, "monotonic" | "metrics">): CallLimit {
  const buckets = createTokenBuckets(calls, monotonic);
  return (userId, request) => {
    const cost = costOf(request);
    const waitMs = cost === 0 ? 0 : buckets.take(userId, cost, patienceMs);
    if (waitMs > patienceMs) metrics?.count("budgetsHit", "person");
    return waitMs === 0 ? undefined : pass(waitMs);
  };
}

/** Charges the caller of each request. @throws as {@link CallLimit}. */
export const limitCalls =
  (limit: CallLimit): MiddlewareHandler<ProtectedEnv> =>
  (c, next) =>
    limit(c.get("caller").userId, c.req.raw)?.then(next) ?? next();

/**
 * A read costs nothing, since it is served from memory, unless it asks for more than that. Any other call costs by its
 * size, and several times that where its answer is kept.
 */
function costOf(request: Request): number {
  if (request.method === "GET" || request.method === "HEAD") {
    return asksForFresh(request.headers.get("cache-control")) ? 1 : 0;
  }
  const bytes = Number(request.headers.get("content-length") ?? (request.body ? maxBodyBytes : 0));
  const cost = 1 + Math.floor(Math.min(bytes, maxBodyBytes) / bytesOfToken);
  return request.headers.has(idempotencyKey.name) ? keptCost * cost : cost;
}

async function pass(waitMs: number): Promise<void> {
  if (waitMs > patienceMs) {
    await sleep(heldMs);
    throw new Refusal("too_many_requests", { retryAfter: Math.ceil((waitMs - patienceMs) / 1000) });
  }
  await sleep(waitMs);
}
