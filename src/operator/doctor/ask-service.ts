/** One request to the running service. */
import { boundedFetch, TransportFault } from "../../logto/bounded-fetch.ts";
import { productionTuning } from "../../logto/tuning.ts";
import { OperatorError } from "../../operator-error.ts";
import type { Platform } from "../../platform.ts";

/** @throws {OperatorError} if it does not answer. */
export async function askService(
  { platform }: { platform: Pick<Platform, "fetch"> },
  url: string,
  request: RequestInit,
): Promise<Response> {
  const { tokenBytes, totalMs } = productionTuning;
  try {
    return await boundedFetch(platform.fetch, tokenBytes)(url, {
      ...request,
      signal: AbortSignal.timeout(totalMs),
    });
  } catch (error) {
    if (!(error instanceof TransportFault)) throw error;
    throw new OperatorError(reasonOf(error, url), { cause: error });
  }
}

const reasonOf = ({ kind, sent }: TransportFault, url: string): string => {
  if (kind === "redirect") return `${url} is redirected elsewhere`;
  return `${sent === "no" ? "nothing listens" : "there is no usable answer"} at ${url}`;
};
