/** A fetch that says to metrics and traces what was asked of Logto, how long it took, and what became of it. */
import type { Around, Platform } from "../platform.ts";
import { isAborted } from "./bounded-fetch.ts";
import { endpointOf } from "./endpoint-of.ts";

type Input = Parameters<Platform["fetch"]>[0];
type Fetching = Pick<Platform, "fetch" | "monotonic" | "metrics" | "around">;

/** @returns the platform's own fetch where nobody looks. */
export function observedFetch(platform: Fetching): Platform["fetch"] {
  const { monotonic, metrics, around = directly } = platform;
  if (!metrics && !platform.around) return platform.fetch;
  return async (input, init) => {
    const { method = "GET", url } = asRequest(input);
    const endpoint = endpointOf(init?.method ?? method, url);
    const began = monotonic();
    try {
      const response = await around({ kind: "logto", name: endpoint }, (headers) =>
        platform.fetch(input, withHeaders(input, init, headers)),
      );
      metrics?.called(endpoint, outcomeOf(response.status), monotonic() - began);
      return response;
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
