/** The cookies and requests of one sign-in at Logto. Each sign-in has its own, so that nothing of two people can mix. */
import type { LogtoConfig } from "../config.ts";
import type { Platform } from "../platform.ts";
import { boundedFetch, TransportFault } from "./bounded-fetch.ts";
import type { LogtoTuning } from "./tuning.ts";
import { UpstreamFailure } from "./upstream-failure.ts";

export type FlowBrowser = {
  /**
   * Sends one request with the cookies so far, and keeps those of the answer.
   * @param target a path of Logto or a URL there.
   * @throws {UpstreamFailure} without an answer, for 429 and from 500 up, and for a URL that is not Logto's.
   */
  send(method: "GET" | "POST" | "PUT", target: string, json?: unknown): Promise<Response>;
  /**
   * Follows redirects within Logto.
   * @param until the URL at which they end, without its query.
   * @returns the query with which it was reached.
   * @throws {UpstreamFailure} as `send`; `upstream_invalid` if they end elsewhere.
   */
  follow(from: string, until: string): Promise<string>;
};

type FlowBrowserOptions = {
  logto: LogtoConfig;
  platform: Pick<Platform, "fetch">;
  tuning: Pick<LogtoTuning, "tokenBytes" | "totalMs">;
};

/** A sign-in ends after four redirects. */
const longestWay = 8;
const invalid = () => new UpstreamFailure("upstream_invalid", { sent: "maybe" });

/** Creates a browser without a cookie. */
export function createFlowBrowser({ logto, platform, tuning }: FlowBrowserOptions): FlowBrowser {
  const cookies = new Map<string, string>();
  const fetch = boundedFetch(platform.fetch, tuning.tokenBytes, { answersRedirects: true });

  /** Logto names its own public address; this service may reach it at another one. */
  const reach = (target: string): URL => {
    const url = new URL(target, logto.endpoint);
    if (![logto.endpoint, logto.internalEndpoint].includes(url.origin)) throw invalid();
    return new URL(`${url.pathname}${url.search}`, logto.internalEndpoint);
  };

  const browser: FlowBrowser = {
    async send(method, target, json) {
      const response = await fetch(reach(target), {
        method,
        signal: AbortSignal.timeout(tuning.totalMs),
        headers: {
          cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
          ...(json === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      }).catch(unanswered);
      for (const cookie of response.headers.getSetCookie()) keep(cookies, cookie);
      if (response.status === 429 || response.status >= 500) {
        const { status } = response;
        throw new UpstreamFailure("upstream_unavailable", { sent: "maybe", status, outage: status !== 429 });
      }
      return response;
    },

    async follow(from, until) {
      let next = new URL(from, logto.endpoint);
      for (let step = 0; step < longestWay; step++) {
        if (`${next.origin}${next.pathname}` === until) return next.search.slice(1);
        const location = (await browser.send("GET", next.href)).headers.get("location");
        if (location === null) throw invalid();
        next = new URL(location, next);
      }
      throw invalid();
    },
  };
  return browser;
}

/** Logto signs the values: they go back byte for byte. */
function keep(cookies: Map<string, string>, header: string): void {
  const [pair = "", ...attributes] = header.split(";");
  const name = pair.slice(0, pair.indexOf("=")).trim();
  const value = pair.slice(pair.indexOf("=") + 1);
  const isOver = attributes.some((attribute) =>
    /^\s*(?:max-age=0|expires=thu, 01 jan 1970)/i.test(attribute),
  );
  if (isOver || value === "") cookies.delete(name);
  else cookies.set(name, value);
}

function unanswered(error: unknown): never {
  if (!(error instanceof TransportFault)) throw error;
  if (error.kind === "timeout")
    throw new UpstreamFailure("upstream_timeout", { sent: "maybe", outage: true });
  throw new UpstreamFailure("upstream_unavailable", { sent: error.sent, retryAfter: 2, outage: true });
}
