/** `Idempotency-Key`: one effect and one answer for a request that is sent again. */

import type { Context, MiddlewareHandler, Next } from "hono";
import * as z from "zod";
import type { IdempotentRequest } from "../../db/idempotency.ts";
import { Refusal } from "../problem.ts";
import type { Services } from "../services.ts";
import { sleep } from "../sleep.ts";
import type { Env } from "./env.ts";

const times = { lockMs: 60_000, ttlMs: 24 * 60 * 60 * 1000 };
const methods = new Set(["POST", "PATCH", "DELETE"]);
const keyForm = /^[\x21-\x7e]{1,255}$/;
const longestWaitMs = 10_000;
const pauseMs = 50;

/** Outcomes that a repeat would meet again; anything else may have been the moment's trouble and may be tried anew. */
const lasting = z.literal([200, 202, 400, 404, 409, 412, 422]);

const storedAnswer = z.object({ body: z.string(), headers: z.record(z.string(), z.string()) });
const keptHeaders = ["Content-Type", "ETag"];
const replayMark = { "Idempotent-Replayed": "true" };

type IdempotencyServices = Pick<Services, "platform" | "db" | "vault" | "logto">;

/**
 * Leaves what {@link onceOnly} needs, which stands in each route behind the checks of who may call it.
 * @param neverKept paths whose answer must not outlive the step-up behind it: a repeat is carried out anew.
 */
export const idempotency =
  (stores: IdempotencyServices, neverKept: ReadonlySet<string> = new Set()): MiddlewareHandler<Env> =>
  async (c, next) => {
    const key = neverKept.has(c.req.path) ? undefined : c.req.header("Idempotency-Key");
    c.set("once", (work) => once(stores, c, key, work));
    await next();
  };

/**
 * Keeps answers for 24 hours per person, sealed like the vault. A repeat that overlaps the first waits for its answer.
 * A replayed step-up record or proof is no fresher for it: each lives and dies by its own row.
 * @throws {Refusal} `bad_request` for a malformed key, `idempotency_conflict` for a key used with another request;
 * what the snapshots throw, so that a stored answer is not given to somebody who was suspended meanwhile.
 */
export const onceOnly: MiddlewareHandler<Env> = (c, next) => c.var.once(next);

async function once(
  stores: IdempotencyServices,
  c: Context<Env>,
  key: string | undefined,
  work: Next,
): Promise<Response | undefined> {
  if (key === undefined || !methods.has(c.req.method)) {
    await work();
    return undefined;
  }
  if (!keyForm.test(key)) throw new Refusal("bad_request");
  await stores.logto.snapshots.get(c.var.caller.userId);
  const request = await describe(stores, c, key);
  const replayed = await beginOrReplay(stores, request);
  if (replayed) return c.body(replayed.body, replayed.status, { ...replayed.headers, ...replayMark });
  await work();
  await keep(stores, request, c.res);
  return undefined;
}

/** Keyed hashes: a body may be a six-digit code or a password, which a plain digest would give away. */
async function describe(
  { vault }: IdempotencyServices,
  c: Context<Env>,
  key: string,
): Promise<IdempotentRequest> {
  const { userId, boundTo } = c.var.caller;
  const conditions = ["If-Match", "Verification-Id"].map((name) => c.req.header(name) ?? "");
  // What another client or session asks for is another request.
  const parts = [c.req.method, c.req.path, boundTo, ...conditions, await c.req.text()];
  return {
    userId,
    keyHash: await vault.keyedHash("request", key),
    requestHash: await vault.keyedHash("request", parts.join("\n")),
    token: crypto.randomUUID(),
  };
}

async function beginOrReplay({ platform, db, vault }: IdempotencyServices, request: IdempotentRequest) {
  const deadline = performance.now() + longestWaitMs;
  for (;;) {
    const outcome = await db.idempotency.begin(request, platform.now(), times);
    if (outcome.kind === "started") return undefined;
    if (outcome.kind === "replay") {
      const context = { userId: request.userId, purpose: "answer" } as const;
      return {
        status: lasting.parse(outcome.status),
        ...storedAnswer.parse(await vault.open(context, outcome.sealed)),
      };
    }
    if (outcome.kind === "conflict" || performance.now() > deadline) {
      throw new Refusal("idempotency_conflict", { retryAfter: 1 });
    }
    await sleep(pauseMs);
  }
}

/** Once there is an answer it is the truth, whether or not it can be kept for a repeat. */
async function keep(stores: IdempotencyServices, request: IdempotentRequest, response: Response) {
  try {
    await store(stores, request, response);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

async function store({ db, vault }: IdempotencyServices, request: IdempotentRequest, response: Response) {
  if (!lasting.safeParse(response.status).success) {
    await db.idempotency.abandon(request).execute();
    return;
  }
  const headers = keptHeaders.flatMap((name) => {
    const value = response.headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  const answer = { body: await response.clone().text(), headers: Object.fromEntries(headers) };
  const sealed = await vault.seal({ userId: request.userId, purpose: "answer" }, answer);
  await db.idempotency.finish(request, { status: response.status, sealed }).execute();
}
