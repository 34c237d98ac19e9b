/** `Idempotency-Key`: one effect and one answer for a request that is sent again. */
import type { Context, MiddlewareHandler } from "hono";
import * as z from "zod";
import type { IdempotentRequest } from "../../db/idempotency.ts";
import { isObject, type JsonObject, jsonObject } from "../json.ts";
import { Refusal, type RefusalDetail } from "../problem.ts";
import { isProblemCode, type ProblemCode } from "../problem-codes.ts";
import type { Services } from "../services.ts";
import { backoff, sleep } from "../sleep.ts";
import { keptAnswers } from "./budgets.ts";
import type { ProtectedEnv } from "./env.ts";
import { problemAnswer } from "./problem-answer.ts";
import { idempotencyKey } from "./request-headers.ts";

const times = { lockMs: 60_000, ttlMs: 24 * 60 * 60 * 1000 };
const longestWaitMs = 10_000;
const pauseMs = { first: 20, longest: 500 };

/** Answers with these statuses are stored. Other failures may have passed by the time of a repeat. */
export const storedStatus = z.literal([200, 202, 204, 400, 404, 409, 412, 422]);

const problemCode = z.custom<ProblemCode>((code) => typeof code === "string" && isProblemCode(code));

/** A refusal is stored as what it was made from, which is less than its body. */
const storedAnswer = z.union([
  z.object({ refused: problemCode, detail: z.custom<RefusalDetail>(isObject), requestId: z.string() }),
  z.object({ body: z.string(), headers: z.record(z.string(), z.string()) }),
]);
type StoredAnswer = z.output<typeof storedAnswer>;
const storedHeaders = ["Content-Type", "ETag"];
const replayMark = { "Idempotent-Replayed": "true" };

export type IdempotencyServices = Pick<Services, "config" | "platform" | "db" | "vault" | "logto">;

/**
 * Carries a request out once for its key, and answers a repeat with the stored answer. Answers are stored for 24 hours,
 * for one person, sealed like the vault. A repeat that comes before the first answer waits for it.
 * A replay does not renew the step-up record or the proof in its answer: each expires with its own row.
 * @param conditions names of the other headers that the route takes: with another value it is another request.
 * @throws {Refusal} `bad_request` for a malformed key; `idempotency_conflict` for a key that came with another request; `outcome_unknown` while
 * an earlier run of the same request has not ended;
 * what the snapshots throw, so that a person who was suspended meanwhile gets no stored answer.
 */
export const replayAnswers =
  (services: IdempotencyServices, conditions: readonly string[]): MiddlewareHandler<ProtectedEnv> =>
  async (c, next) => {
    const key = c.req.header(idempotencyKey.name);
    if (key === undefined) {
      await next();
      return undefined;
    }
    if (!idempotencyKey.form.test(key)) throw new Refusal("bad_request");
    await services.logto.snapshots.get(c.get("caller").userId);
    const request = await hashRequest(services, c, key, conditions);
    const stored = await beginOrFindAnswer(services, request);
    if (stored) return replay(services, c, stored);
    // Afterwards, so that nobody waits for it.
    const { userId } = c.var.caller;
    services.platform.defer(services.db.idempotency.trim(userId, services.platform.now(), keptAnswers));
    await next();
    await tryToStore(services, request, c);
    return undefined;
  };

function replay({ config }: IdempotencyServices, c: Context<ProtectedEnv>, stored: Replayed) {
  const { status, answer } = stored;
  if (status === 204) return c.body(null, status, replayMark);
  if ("body" in answer) return c.body(answer.body, status, { ...answer.headers, ...replayMark });
  const refusal = new Refusal(answer.refused, answer.detail);
  c.set("refused", refusal);
  const { headers, body } = problemAnswer(refusal, config.publicUrl, answer.requestId);
  return c.body(body, status, { ...headers, ...replayMark });
}

/** Keyed hashes: the body may hold a six-digit code or a password, which could be guessed from a plain hash. */
async function hashRequest(
  { vault }: IdempotencyServices,
  c: Context<ProtectedEnv>,
  key: string,
  conditions: readonly string[],
): Promise<IdempotentRequest> {
  const { userId, personHash, boundTo } = c.get("caller");
  const values = conditions.map((name) => c.req.header(name) ?? "");
  // The same call from another client or session is another request.
  const parts = [c.req.method, c.req.path, boundTo, ...values, await c.req.text()];
  return {
    userId,
    person: personHash,
    keyHash: await vault.keyedHash("request", key),
    requestHash: await vault.keyedHash("request", parts.join("\n")),
    token: crypto.randomUUID(),
  };
}

type Replayed = { status: z.output<typeof storedStatus>; answer: StoredAnswer };

/** @returns the stored answer, or undefined where this request is the first and must be carried out. */
async function beginOrFindAnswer(
  { platform, db, vault }: IdempotencyServices,
  request: IdempotentRequest,
): Promise<Replayed | undefined> {
  const deadline = platform.monotonic() + longestWaitMs;
  for (let attempt = 0; ; attempt++) {
    const outcome = await db.idempotency.begin(request, platform.now(), times);
    if (outcome.kind === "started") return undefined;
    if (outcome.kind === "replay") {
      const context = { userId: request.userId, purpose: "answer" } as const;
      return {
        status: storedStatus.parse(outcome.status),
        answer: storedAnswer.parse(await vault.open(context, outcome.sealed)),
      };
    }
    if (outcome.kind === "erased") throw new Refusal("invalid_token", { reason: "erased_person" });
    if (outcome.kind === "conflict") throw new Refusal("idempotency_conflict");
    if (platform.monotonic() > deadline) {
      // The first run still goes on, or ended without an answer: nobody knows what it did.
      throw new Refusal("outcome_unknown", { retryAfter: Math.ceil(outcome.retryAfterMs / 1000) + 1 });
    }
    await sleep(backoff(attempt, pauseMs));
  }
}

/** The effect has happened and the caller gets this answer, whether or not it can be stored for a repeat. */
async function tryToStore(
  services: IdempotencyServices,
  request: IdempotentRequest,
  c: Context<ProtectedEnv>,
) {
  try {
    if (storedStatus.safeParse(c.res.status).success) await store(services, request, c);
    else await services.db.idempotency.release(request).execute();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

async function store(
  { db, vault }: IdempotencyServices,
  request: IdempotentRequest,
  c: Context<ProtectedEnv>,
) {
  const sealed = await vault.seal({ userId: request.userId, purpose: "answer" }, await answerOf(c));
  await db.idempotency.finish(request, { status: c.res.status, sealed }).execute();
}

async function answerOf(c: Context<ProtectedEnv>): Promise<JsonObject> {
  const refused = c.get("refused");
  if (refused) {
    const { code, detail } = refused;
    return jsonObject(JSON.parse(JSON.stringify({ refused: code, detail, requestId: c.get("requestId") })));
  }
  const headers = storedHeaders.flatMap((name) => {
    const value = c.res.headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return { body: await c.res.clone().text(), headers: Object.fromEntries(headers) };
}
