/** The only door to Logto's Management API: listed endpoints, our own ids, parsed answers. */
import * as z from "zod";
import type { LogtoConfig } from "../config.ts";
import type { Platform } from "../platform.ts";
import { createLane, type Lane } from "./bulkhead.ts";
import { type EndpointName, endpoints, type PathIds, pathOf } from "./endpoints.ts";
import type { M2mToken } from "./m2m-token.ts";
import { createExchange, type Reply, retryAfterMs } from "./transport.ts";
import { type LogtoLimits, productionLimits } from "./tuning.ts";
import { UpstreamFailure } from "./upstream-failure.ts";

/** A definite "no": Logto evaluated the call and changed nothing. `body` is for the adapter alone. */
export type Rejected = { ok: false; status: number; code: string | undefined; body: unknown };
export type Answer<T> = { ok: true; value: T } | Rejected;

/** `reachable` is false while any endpoint's breaker is open. */
type ManagementStatus = { reachable: boolean };

export type Management = {
  /**
   * Calls one listed endpoint; `answer` describes the body of a success (`z.undefined()` for 204).
   * @returns the parsed body, or Logto's definite refusal.
   * @throws {UpstreamFailure} when there is no usable answer; its `sent` says whether Logto may have acted.
   */
  call<T>(
    name: EndpointName,
    input: { ids?: PathIds; json?: unknown },
    answer: z.ZodType<T>,
  ): Promise<Answer<T>>;
  status(): ManagementStatus;
};

export type ManagementDependencies = {
  logto: LogtoConfig;
  platform: Platform;
  token: M2mToken;
  limits?: LogtoLimits;
};

const errorBody = z.object({ code: z.string() });
const codeOf = (body: unknown) => errorBody.safeParse(body).data?.code;

/** Logto's own limit on messages is an answer about this recipient; any other 429 is about us. */
const isDefinite = ({ status, body }: Reply) =>
  (status === 429 && codeOf(body) === "request.message_rate_limited") ||
  (status === 501 && codeOf(body) !== undefined) ||
  (status >= 400 && status < 500 && status !== 429);

const secondsOf = (headers: Headers, fallback: number) =>
  Math.min(3_600, Math.max(1, Math.ceil((retryAfterMs(headers) ?? fallback * 1_000) / 1_000)));

class Client implements Management {
  readonly #token: M2mToken;
  readonly #limits: LogtoLimits;
  readonly #exchange: ReturnType<typeof createExchange>;
  readonly #lanes = new Map<EndpointName, Lane>();
  #brokenPath = "";

  constructor({ logto, platform, token, limits = productionLimits }: ManagementDependencies) {
    this.#token = token;
    this.#limits = limits;
    this.#exchange = createExchange(logto.endpoint, platform, limits);
  }

  async call<T>(
    name: EndpointName,
    { ids = {}, json }: { ids?: PathIds; json?: unknown },
    answer: z.ZodType<T>,
  ): Promise<Answer<T>> {
    const path = pathOf(name, ids);
    const lane = this.#laneOf(name);
    const mayRepeat = () => lane.healthy() && path !== this.#brokenPath;
    const send = (token: string) =>
      this.#exchange({ method: endpoints[name].method, path, json, token }, mayRepeat);
    // Before the lane, so that waiting for a slow token takes no places in it.
    const token = await this.#token.get();
    return lane.run(async () => {
      const reply = await send(token);
      if (reply.status !== 401) return this.#settle(reply, path, token, answer);
      // 401 comes before any evaluation, so repeating even a write is safe.
      const renewed = await this.#token.renew(token);
      return this.#settle(await send(renewed), path, renewed, answer);
    });
  }

  status(): ManagementStatus {
    return { reachable: [...this.#lanes.values()].every((lane) => lane.healthy()) };
  }

  #laneOf(name: EndpointName): Lane {
    const lane =
      this.#lanes.get(name) ?? createLane(this.#limits.crowds[endpoints[name].crowd], this.#limits);
    this.#lanes.set(name, lane);
    return lane;
  }

  #settle<T>(reply: Reply, path: string, token: string, answer: z.ZodType<T>): Answer<T> {
    const { status, headers, body } = reply;
    const code = codeOf(body);
    if (status === 401) throw new UpstreamFailure("upstream_invalid", { sent: "no" });
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
      const outage = this.#speaksForAll(reply, path);
      const retryAfter = secondsOf(headers, 2);
      throw new UpstreamFailure("upstream_unavailable", { sent: "maybe", retryAfter, outage });
    }
    if (path === this.#brokenPath) this.#brokenPath = "";
    const parsed = answer.safeParse(body);
    if (!parsed.success) throw new UpstreamFailure("upstream_invalid", { sent: "maybe" });
    return { ok: true, value: parsed.data };
  }

  /** One broken record answers 500 in JSON for ever; only other paths failing too make it an outage. */
  #speaksForAll({ status, headers }: Reply, path: string): boolean {
    const isJson = headers.get("content-type")?.includes("json") ?? false;
    if (status !== 500 || !isJson) return true;
    const isKnown = path === this.#brokenPath;
    this.#brokenPath = path;
    return !isKnown;
  }
}

/** Builds the client. Nothing is sent before the first call. */
export const createManagement = (dependencies: ManagementDependencies): Management =>
  new Client(dependencies);
