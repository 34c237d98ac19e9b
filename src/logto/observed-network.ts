/** The ways to Logto, which say to metrics and traces what was asked, how long it took, and what became of it. */
import type { Around, Platform } from "../platform.ts";
import { isAborted } from "./bounded-fetch.ts";
import { endpointOf } from "./endpoint-of.ts";

type Input = Parameters<Platform["fetch"]>[0];
type Ways = Pick<Platform, "fetch" | "exchange">;
type Observed = Ways & Pick<Platform, "monotonic" | "metrics" | "around">;

/** @returns the platform's own ways where nobody looks. */
export function observedNetwork(platform: Observed): Ways {
  const { metrics, around, fetch, exchange } = platform;
  if (!metrics && !around) return { fetch, exchange };
  const observe = observer(platform);
  return {
    fetch(input, init) {
      const { method = "GET", url } = asRequest(input);
      return observe(init?.method ?? method, url, (more) => fetch(input, withHeaders(input, init, more)));
    },
    exchange: (request) =>
      observe(request.method, request.url, (more) =>
        exchange({ ...request, headers: { ...request.headers, ...more } }),
      ),
  };
}

/** @returns a function that sends one request. @param send gets the headers of the trace. */
function observer({ monotonic, metrics, around = directly }: Observed) {
  return async <Answer extends { status: number }>(
    method: string,
    url: string,
    send: (headers: Readonly<Record<string, string>>) => Promise<Answer>,
  ): Promise<Answer> => {
    const endpoint = endpointOf(method, url);
    const began = monotonic();
    try {
      const answer = await around({ kind: "logto", name: endpoint }, send);
      metrics?.called(endpoint, outcomeOf(answer.status), monotonic() - began);
      return answer;
    } catch (error) {
      metrics?.called(endpoint, isAborted(error) ? "timeout" : "unreachable", monotonic() - began);
      throw error;
    }
  };
}

const directly: Around = (_step, work) => work({});

/** A trace that goes on at Logto. What the request carries stays. */
function withHeaders(input: Input, init: RequestInit | undefined, more: Readonly<Record<string, string>>) {
  const names = Object.keys(more);
  if (names.length === 0) return init;
  const headers = new Headers(init?.headers ?? asRequest(input).headers);
  for (const name of names) headers.set(name, more[name] ?? "");
  return { ...init, headers };
}

/** By its members: a copy of a request is none by `instanceof` where the server has put its own class in the place. */
const asRequest = (input: Input): { method?: string; url: string; headers?: Headers } =>
  typeof input === "object" && "url" in input ? input : { url: `${input}` };

function outcomeOf(status: number): string {
  if (status === 429) return "limited";
  if (status >= 500) return "failed";
  return status >= 400 ? "refused" : "ok";
}
