/** How requests of the web application reach Logto: its credential, time limits, and what an error answer means. */
import * as z from "zod";
import type { SessionConfig } from "../config.ts";
import type { Platform } from "../platform.ts";
import { boundedFetch, TransportFault } from "./bounded-fetch.ts";
import { retryAfterMs } from "./retry-after.ts";
import type { LogtoTuning } from "./tuning.ts";
import { UpstreamFailure } from "./upstream-failure.ts";

/** Logto accepts neither the code nor the refresh token any more. Only this ends a session. */
export class GrantEnded extends Error {}

export type WebRequestOptions = {
  credential: Pick<SessionConfig, "appId" | "appSecret">;
  platform: Pick<Platform, "fetch">;
  tuning: LogtoTuning;
};

type Arguments = Parameters<typeof fetch>;

const errorAnswer = z.object({ error: z.string() });

/** The SDK knows which answer it asked for, and reads of it what it needs. */
const isExpected = <T>(_answer: unknown): _answer is T => true;

/**
 * Creates the function by which the SDK sends its requests. The SDK's own prints what Logto answers, waits for ever and
 * reads without a limit.
 * @param repeats how often a request whose answer was lost is sent again, at once. Only a refresh may be: Logto takes a
 * refresh token that was replaced for another three seconds, and takes a code once.
 * @param onAnswer gets the answer before the SDK does.
 * @throws {GrantEnded} (the returned function) for `invalid_grant`; {UpstreamFailure} for anything else but success.
 */
export function webRequester(
  { credential, platform, tuning }: WebRequestOptions,
  { repeats = 0, onAnswer = () => {} }: { repeats?: number; onAnswer?(answer: unknown): void } = {},
) {
  const { appId, appSecret } = credential;
  const authorization = `Basic ${btoa(`${appId}:${appSecret.reveal()}`)}`;
  const send = boundedFetch(platform.fetch, tuning.tokenBytes);

  const attempt = async ([url, init]: Arguments, left: number): Promise<Response> => {
    const headers = { ...Object.fromEntries(new Headers(init?.headers)), authorization };
    try {
      return await send(url, { ...init, headers, signal: AbortSignal.timeout(tuning.webMs) });
    } catch (error) {
      if (!(error instanceof TransportFault)) throw error;
      if (left > 0 && error.kind !== "redirect") return attempt([url, init], left - 1);
      throw new UpstreamFailure("upstream_unavailable", { sent: error.sent, outage: true });
    }
  };

  return async <T>(...request: Arguments): Promise<T> => {
    const response = await attempt(request, repeats);
    const answer: unknown = await response.json().catch(() => undefined);
    if (!response.ok) throw failureOf(response, answer);
    onAnswer(answer);
    if (!isExpected<T>(answer)) throw new UpstreamFailure("upstream_invalid", { sent: "maybe" });
    return answer;
  };
}

/** Logto answers `invalid_request` and `invalid_client` for a secret that is wrong or has expired: no session ends of it. */
function failureOf({ status, headers }: Response, answer: unknown): Error {
  const { error } = errorAnswer.safeParse(answer).data ?? {};
  if (status === 400 && error === "invalid_grant") return new GrantEnded();
  if (status < 500 && status !== 429)
    return new UpstreamFailure("upstream_invalid", { sent: "maybe", status });
  const wait = retryAfterMs(headers);
  const retryAfter = wait === undefined ? {} : { retryAfter: Math.ceil(wait / 1000) };
  return new UpstreamFailure("upstream_unavailable", { sent: "maybe", status, ...retryAfter });
}
