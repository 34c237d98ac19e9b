/** The client of Logto's Management API: it calls listed endpoints only, checks ids, and parses answers. */
import * as z from "zod";
import type { LogtoConfig } from "../config.ts";
import type { Metrics, Platform } from "../platform.ts";
import { type Bulkhead, createBulkhead } from "./bulkhead.ts";
import type { CallBudget, Payer } from "./call-budget.ts";
import { type EndpointName, endpoints, type PathIds, pathOf } from "./endpoints.ts";
import type { M2mToken } from "./m2m-token.ts";
import { retryAfterMs } from "./retry-after.ts";
import { createTransport, type Reply } from "./transport.ts";
import { type LogtoTuning, productionTuning } from "./tuning.ts";
import { UpstreamFailure } from "./upstream-failure.ts";

/** A definite refusal: Logto evaluated the call and changed nothing. `body` must not leave this folder. */
export type Rejected = { ok: false; status: number; code: string | undefined; body: unknown };
export type Answer<T> = { ok: true; value: T } | Rejected;

/** `reachable` is false while any endpoint's breaker is open. */
type ManagementStatus = { reachable: boolean };

type CallInput = {
  ids?: PathIds;
  json?: unknown;
  /** A moment on the monotonic clock after which the call may not be sent any more. */
  sendBy?: number | undefined;
  /** Whose share of the budget it takes. Default: that of the user in `ids`, or of the service where there is none. */
  payer?: Payer;
};

export type Management = {
  /**
   * Calls one listed endpoint.
   * @param answer the schema of the body of a success.
   * @returns the parsed body, or Logto's definite refusal.
   * @throws {UpstreamFailure} if there is no usable answer; `sent` says whether Logto may have evaluated the call.
   */
  call<T>(name: EndpointName, input: CallInput, answer: z.ZodType<T>): Promise<Answer<T>>;
  status(): ManagementStatus;
  /** False while the breaker of this endpoint is open or half-open. */
  healthy(name: EndpointName): boolean;
};

/** The same client for calls that nobody waits for. */
export const inBackground = (management: Management): Management => ({
  status: () => management.status(),
  healthy: (name) => management.healthy(name),
  call: (name, input, answer) => management.call(name, { ...input, payer: "background" }, answer),
});

export type ManagementDependencies = {
  logto: LogtoConfig;
  platform: Platform;
  token: M2mToken;
  budget: CallBudget;
  tuning?: LogtoTuning;
};

const errorBody = z.object({ code: z.string() });
const codeOf = (body: unknown) => errorBody.safeParse(body).data?.code;

/** With the code of a connector, any error says that the provider behind Logto failed, and not Logto. */
const isProviders = ({ status, body }: Reply) => status >= 400 && codeOf(body)?.startsWith("connector.");

/** 429 with this code is Logto's limit for one recipient, a definite refusal; any other 429 limits this service. */
const isDefinite = (reply: Reply) =>
  isProviders(reply) ||
  (reply.status === 429 && codeOf(reply.body) === "request.message_rate_limited") ||
  (reply.status === 501 && codeOf(reply.body) !== undefined) ||
  (reply.status >= 400 && reply.status < 500 && reply.status !== 429);

/** Logto answers 500 in JSON also for a single broken record, so a repeated one at the same path is no outage. */
const mayBeOneRecord = ({ status, headers }: Reply) =>
  status === 500 && (headers.get("content-type")?.includes("json") ?? false);

const payerOf = ({ userId }: PathIds): Payer => (userId === undefined ? "service" : `person:${userId}`);

const secondsOf = (headers: Headers, fallback: number) =>
  Math.max(1, Math.ceil((retryAfterMs(headers) ?? fallback * 1_000) / 1_000));

class Client implements Management {
  readonly #token: M2mToken;
  readonly #budget: CallBudget;
  readonly #tuning: LogtoTuning;
  readonly #send: ReturnType<typeof createTransport>;
  readonly #metrics: Metrics | undefined;
  readonly #bulkheads = new Map<EndpointName, Bulkhead>();
  #brokenPath = "";

  constructor({ logto, platform, token, budget, tuning = productionTuning }: ManagementDependencies) {
    this.#token = token;
    this.#budget = budget;
    this.#tuning = tuning;
    this.#metrics = platform.metrics;
    this.#send = createTransport(logto.internalEndpoint, platform, tuning);
  }

  async call<T>(name: EndpointName, input: CallInput, answer: z.ZodType<T>): Promise<Answer<T>> {
    const { ids = {}, json, sendBy, payer = payerOf(ids) } = input;
    const path = pathOf(name, ids);
    const bulkhead = this.#bulkheadOf(name);
    const mayRepeat = () => bulkhead.healthy() && path !== this.#brokenPath && this.#budget.repeat(payer);
    const send = (token: string) =>
      this.#send({ method: endpoints[name].method, path, json, token, sendBy }, mayRepeat);
    // The token and the budget come first, so that a call that waits for them takes no slot of the bulkhead.
    const token = await this.#token.get();
    bulkhead.refuseWhileOpen();
    const turn = await this.#budget.admit(payer, sendBy);
    try {
      return await bulkhead.run(payer, async () => {
        turn.send();
        const reply = await send(token);
        if (reply.status !== 401 || isProviders(reply)) return this.#answerOf(reply, path, token, answer);
        // Logto answers 401 before it evaluates the call, so a write can be repeated safely.
        const renewed = await this.#token.renew(token);
        (await this.#budget.admit(payer, sendBy)).send();
        return this.#answerOf(await send(renewed), path, renewed, answer);
      });
    } finally {
      turn.release();
    }
  }

  status(): ManagementStatus {
    return { reachable: [...this.#bulkheads.values()].every((bulkhead) => bulkhead.healthy()) };
  }

  healthy(name: EndpointName): boolean {
    return this.#bulkheadOf(name).healthy();
  }

  #bulkheadOf(name: EndpointName): Bulkhead {
    const bulkhead =
      this.#bulkheads.get(name) ??
      createBulkhead(this.#tuning.bulkheads[endpoints[name].bulkhead], this.#tuning, {
        endpoint: name,
        metrics: this.#metrics,
      });
    this.#bulkheads.set(name, bulkhead);
    return bulkhead;
  }

  #answerOf<T>(reply: Reply, path: string, token: string, answer: z.ZodType<T>): Answer<T> {
    const { status, headers, body } = reply;
    const code = codeOf(body);
    if (status === 401 && !isProviders(reply)) throw new UpstreamFailure("upstream_invalid", { sent: "no" });
    if (status === 403 && code === "auth.forbidden") {
      this.#token.forbidden(token);
      throw new UpstreamFailure("upstream_unavailable", { sent: "no", retryAfter: 30 });
    }
    this.#token.accepted(token);
    if (isDefinite(reply)) return { ok: false, status, code, body };
    if (status === 429) {
      throw new UpstreamFailure("upstream_unavailable", { sent: "no", retryAfter: secondsOf(headers, 10) });
    }
    if (status >= 500) {
      const outage = !mayBeOneRecord(reply) || path !== this.#brokenPath;
      if (mayBeOneRecord(reply)) this.#brokenPath = path;
      const retryAfter = secondsOf(headers, 2);
      throw new UpstreamFailure("upstream_unavailable", { sent: "maybe", retryAfter, outage, status });
    }
    if (path === this.#brokenPath) this.#brokenPath = "";
    const parsed = answer.safeParse(body);
    if (!parsed.success) throw new UpstreamFailure("upstream_invalid", { sent: "maybe" });
    return { ok: true, value: parsed.data };
  }
}

/** Builds the client. It sends nothing before the first call. */
export const createManagement = (dependencies: ManagementDependencies): Management =>
  new Client(dependencies);
