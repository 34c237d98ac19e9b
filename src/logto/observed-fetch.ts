/** A fetch that says to the metrics what was asked of Logto, how long it took, and what became of it. */
import type { Platform } from "../platform.ts";
import { isAborted } from "./bounded-fetch.ts";
import { endpointOf } from "./endpoint-of.ts";

type Input = Parameters<Platform["fetch"]>[0];
type Fetching = Pick<Platform, "fetch" | "monotonic" | "metrics">;

/** @returns the platform's own fetch where nobody measures. */
export function observedFetch({ fetch, monotonic, metrics }: Fetching): Platform["fetch"] {
  if (!metrics) return fetch;
  return async (input, init) => {
    const { method = "GET", url } = asRequest(input);
    const endpoint = endpointOf(init?.method ?? method, url);
    const began = monotonic();
    try {
      const response = await fetch(input, init);
      metrics.called(endpoint, outcomeOf(response.status), monotonic() - began);
      return response;
    } catch (error) {
      metrics.called(endpoint, isAborted(error) ? "timeout" : "unreachable", monotonic() - began);
      throw error;
    }
  };
}

/** By its members: a copy of a request is none by `instanceof` where the server has put its own class in the place. */
const asRequest = (input: Input): { method?: string; url: string } =>
  typeof input === "object" && "url" in input ? input : { url: `${input}` };

function outcomeOf(status: number): string {
  if (status === 429) return "limited";
  if (status >= 500) return "failed";
  return status >= 400 ? "refused" : "ok";
}
