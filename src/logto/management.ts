/** The only door to Logto's Management API: listed endpoints, our own ids, parsed answers. */
import * as z from "zod";
import type { LogtoConfig } from "../config.ts";
import type { Platform } from "../platform.ts";
import { type EndpointName, endpoints, type PathIds, pathOf } from "./endpoints.ts";
import { createExchange, type Reply, retryAfterMs } from "./exchange.ts";
import { createLane, type Lane } from "./lane.ts";
import { type LogtoLimits, productionLimits } from "./limits.ts";
import type { M2mToken } from "./m2m-token.ts";
import { UpstreamFailure } from "./upstream-failure.ts";

/** A definite "no": Logto evaluated the call and changed nothing. `body` is for the adapter alone. */
export type Rejected = { ok: false; status: number; code: string | undefined; body: unknown };
export type Answer<T> = { ok: true; value: T } | Rejected;

/** `reachable` is false while any endpoint's breaker is open. */
export type ManagementStatus = { reachable: boolean };

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

/** Builds the client. Nothing is sent before the first call. */
export function createManagement(dependencies: ManagementDependencies): Management {
  const { logto, platform, token, limits = productionLimits } = dependencies;
  const exchange = createExchange(logto.endpoint, platform, limits);
  const lanes = new Map<EndpointName, Lane>();
  let lastFaultyPath = "";

  const laneOf = (name: EndpointName) => {
    const lane = lanes.get(name) ?? createLane(limits.crowds[endpoints[name].crowd], limits);
    lanes.set(name, lane);
    return lane;
  };

  /** One broken record answers 500 in JSON for ever; only other paths failing too make it an outage. */
  const speaksForAll = ({ status, headers }: Reply, path: string) => {
    const isJson = headers.get("content-type")?.includes("json") ?? false;
    const oneRecord = status === 500 && isJson && path === lastFaultyPath;
    lastFaultyPath = path;
    return !oneRecord;
  };

  const settle = <T>(reply: Reply, path: string, bearer: string, answer: z.ZodType<T>): Answer<T> => {
    const { status, headers, body } = reply;
    if (status === 401) throw new UpstreamFailure("upstream_invalid", { sent: "no" });
    if (status === 403 && codeOf(body) === "auth.forbidden") {
      token.forbidden(bearer);
      throw new UpstreamFailure("upstream_unavailable", { sent: "no", retryAfter: 30 });
    }
    token.accepted(bearer);
    if (isDefinite(reply)) return { ok: false, status, code: codeOf(body), body };
    if (status === 429) {
      throw new UpstreamFailure("upstream_unavailable", { sent: "no", retryAfter: secondsOf(headers, 10) });
    }
    if (status >= 500) {
      const outage = speaksForAll(reply, path);
      const retryAfter = secondsOf(headers, 2);
      throw new UpstreamFailure("upstream_unavailable", { sent: "maybe", retryAfter, outage });
    }
    const parsed = answer.safeParse(body);
    if (!parsed.success) throw new UpstreamFailure("upstream_invalid", { sent: "maybe" });
    return { ok: true, value: parsed.data };
  };

  return {
    async call(name, { ids = {}, json }, answer) {
      const path = pathOf(name, ids);
      const { method } = endpoints[name];
      const lane = laneOf(name);
      const bearer = await token.get();
      return lane.run(async () => {
        const reply = await exchange({ method, path, json, token: bearer }, lane.healthy);
        if (reply.status !== 401) return settle(reply, path, bearer, answer);
        // 401 comes before any evaluation, so repeating even a write is safe.
        const renewed = await token.renew(bearer);
        return settle(
          await exchange({ method, path, json, token: renewed }, lane.healthy),
          path,
          renewed,
          answer,
        );
      });
    },
    status: () => ({ reachable: [...lanes.values()].every((lane) => lane.healthy()) }),
  };
}
