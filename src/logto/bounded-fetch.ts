/** A fetch with limits: it follows no redirect, reads a bounded body, and says whether a failed request may have arrived. */
import * as z from "zod";
import { readAtMost } from "../exchange.ts";

/** Why a request got no answer. `sent` is "no" only if no connection was established. */
export class TransportFault extends Error {
  readonly kind: "network" | "timeout" | "redirect" | "too_large" | "late";
  readonly sent: "no" | "maybe";

  constructor(kind: TransportFault["kind"], sent: TransportFault["sent"], options?: ErrorOptions) {
    super(kind, options);
    this.name = "TransportFault";
    this.kind = kind;
    this.sent = sent;
  }
}

type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

const connectErrors = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);
const withCode = z.object({ code: z.string() });
const withCause = z.object({ cause: z.unknown() });

/** The runtime throws `fetch failed` and keeps the socket's error in a chain of causes. */
function neverConnected(error: unknown, depth = 0): boolean {
  const code = withCode.safeParse(error);
  if (code.success && connectErrors.has(code.data.code)) return true;
  const cause = withCause.safeParse(error);
  return depth < 4 && cause.success && neverConnected(cause.data.cause, depth + 1);
}

export const isAborted = (error: unknown) =>
  error instanceof Error && (error.name === "TimeoutError" || error.name === "AbortError");

/** What the failure of a request means. @param cause what the runtime has thrown. */
export function transportFault(cause: unknown): TransportFault {
  if (cause instanceof TransportFault) return cause;
  if (isAborted(cause)) return new TransportFault("timeout", "maybe");
  return new TransportFault("network", neverConnected(cause) ? "no" : "maybe", { cause });
}

export const isRedirect = ({ status, type }: { status: number; type?: string }): boolean =>
  type === "opaqueredirect" || (status >= 300 && status < 400 && status !== 304);

/**
 * Wraps a fetch. The promise settles when the whole body has been read, so that the caller's timeout and retries
 * also cover a slow body and one that is cut off.
 * @param maxBytes the largest decoded body that is accepted.
 * @param options.answersRedirects whether a redirect is an answer like any other. Default: it is a fault.
 * @throws {TransportFault} for a network error, an aborted request, a redirect, or a larger body.
 */
export function boundedFetch(fetch: Fetch, maxBytes: number, { answersRedirects = false } = {}): Fetch {
  return async (input, init) => {
    try {
      const response = await fetch(input, { ...init, redirect: "manual" });
      if (isRedirect(response) && !answersRedirects) {
        await response.body?.cancel();
        throw new TransportFault("redirect", "maybe");
      }
      const text = await readAtMost(response, maxBytes);
      if (text === undefined) throw new TransportFault("too_large", "maybe");
      const { status, headers } = response;
      return new Response(text === "" ? null : text, { status, headers });
    } catch (cause) {
      throw transportFault(cause);
    }
  };
}
