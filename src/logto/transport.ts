/** Sends one call to Logto, with retries and a time limit, and returns the answer. */
import ky, { HTTPError, isTimeoutError, type Options } from "ky";
import type { ExchangeAnswer, ExchangeRequest } from "../exchange.ts";
import type { Platform } from "../platform.ts";
import { isRedirect, TransportFault, transportFault } from "./bounded-fetch.ts";
import { retryAfterMs } from "./retry-after.ts";
import type { LogtoTuning } from "./tuning.ts";
import { UpstreamFailure } from "./upstream-failure.ts";

export type Call = {
  method: "get" | "post" | "patch" | "delete";
  path: string;
  json: unknown;
  token: string;
  /** The moment on the monotonic clock after which no attempt may begin. Default: none. */
  sendBy?: number | undefined;
};

/** `body` is the parsed JSON; undefined if there is no body or it is not JSON. */
export type Reply = { status: number; headers: Headers; body: unknown };

const retriedStatuses = [429, 500, 502, 503, 504];

/** A GET may be repeated. A write is repeated only if no connection was established. */
function retryRule(
  method: Call["method"],
  tuning: LogtoTuning,
  mayRepeat: () => boolean,
): NonNullable<Options["retry"]> {
  return {
    limit: 2,
    methods: [method],
    statusCodes: retriedStatuses,
    afterStatusCodes: retriedStatuses,
    maxRetryAfter: tuning.retryAfterMs,
    delay: (attempt) => tuning.retryMs * 2 ** (attempt - 1),
    jitter: (delay) => delay * (0.5 + Math.random()),
    shouldRetry: ({ error }) => {
      // Asked last: a repeat that is allowed is counted.
      if (!isPassing(error, method, tuning) || !mayRepeat()) return false;
      return error instanceof TransportFault ? true : undefined;
    },
  };
}

/** Whether a repeat is safe, and soon enough. */
function isPassing(error: unknown, method: Call["method"], tuning: LogtoTuning): boolean {
  if (error instanceof TransportFault) {
    return error.kind === "network" && (method === "get" || error.sent === "no");
  }
  if (method !== "get" || !(error instanceof HTTPError)) return false;
  return (retryAfterMs(error.response.headers) ?? 0) <= tuning.retryAfterMs;
}

function failureOf(error: unknown): unknown {
  const timedOut = isTimeoutError(error) || (error instanceof TransportFault && error.kind === "timeout");
  if (timedOut) return new UpstreamFailure("upstream_timeout", { sent: "maybe", outage: true });
  if (!(error instanceof TransportFault)) return error;
  if (error.kind === "late")
    return new UpstreamFailure("upstream_unavailable", { sent: "no", retryAfter: 1 });
  if (error.kind !== "network") return new UpstreamFailure("upstream_invalid", { sent: "maybe" });
  return new UpstreamFailure("upstream_unavailable", { sent: error.sent, retryAfter: 2, outage: true });
}

function requestOf({ method, json, token }: Call) {
  const headers = { accept: "application/json", authorization: `Bearer ${token}` };
  const request = { method: method.toUpperCase(), headers };
  return json === undefined
    ? request
    : { ...request, headers: { ...headers, "content-type": "application/json" }, body: JSON.stringify(json) };
}

function replyFrom({ status, headers, text = "" }: ExchangeAnswer): Reply {
  try {
    return { status, headers, body: text === "" ? undefined : JSON.parse(text) };
  } catch {
    return { status, headers, body: undefined };
  }
}

/**
 * Creates the HTTP client for one tenant.
 * @returns a function that resolves to Logto's last answer, error statuses included.
 * @throws {UpstreamFailure} (the returned function) `upstream_timeout`, `upstream_unavailable` for a network
 * error, `upstream_invalid` for a redirect or an oversized answer.
 */
export function createTransport(endpoint: string, platform: Platform, tuning: LogtoTuning) {
  const { totalMs, answerBytes: maxBytes } = tuning;

  /** @throws {TransportFault} if there is no answer that can be used. */
  const exchange = async (request: Omit<ExchangeRequest, "maxBytes">) => {
    const answer = await platform.exchange({ ...request, maxBytes }).catch((error) => {
      throw transportFault(error);
    });
    // A fetch that follows no redirect may hide its status.
    if (answer.status === 0 || isRedirect(answer)) throw new TransportFault("redirect", "maybe");
    if (answer.text === undefined) throw new TransportFault("too_large", "maybe");
    return answer;
  };

  return async (call: Call, mayRepeat: () => boolean): Promise<Reply> => {
    const { method, path, sendBy = Number.POSITIVE_INFINITY } = call;
    const request = { ...requestOf(call), url: `${endpoint}/${path}` };
    const deadline = platform.monotonic() + totalMs;
    let answer: ExchangeAnswer | undefined;
    // Ky decides how often and how long. It gets no body in either direction: it would make streams of them.
    const attempt = async () => {
      const now = platform.monotonic();
      // Asked before each attempt: a repeat may come too late, too.
      if (now > sendBy) throw new TransportFault("late", "no");
      answer = await exchange({ ...request, withinMs: deadline - now });
      return new Response(null, { status: answer.status, headers: answer.headers });
    };
    try {
      await ky(request.url, {
        method,
        fetch: attempt,
        timeout: totalMs,
        totalTimeout: totalMs,
        retry: retryRule(method, tuning, mayRepeat),
        throwHttpErrors: (status) => method === "get" && retriedStatuses.includes(status),
      });
    } catch (error) {
      if (!(error instanceof HTTPError)) throw failureOf(error);
    }
    if (!answer) throw new Error("There is no answer, and no error either.");
    return replyFrom(answer);
  };
}
