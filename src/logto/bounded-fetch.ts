/** Fetch that follows nothing, reads no more than it must, and says whether a failed call can have arrived. */
import * as z from "zod";

/** Why a call gave no answer. `sent` is "no" only where the connection never came to be. */
export class TransportFault extends Error {
  readonly kind: "network" | "timeout" | "redirect" | "too_large";
  readonly sent: "no" | "maybe";

  constructor(kind: TransportFault["kind"], sent: TransportFault["sent"], options?: ErrorOptions) {
    super(kind, options);
    this.name = "TransportFault";
    this.kind = kind;
    this.sent = sent;
  }
}

type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

const neverConnected = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);
const coded = z.object({ code: z.string() });
const caused = z.object({ cause: z.unknown() });

/** Runtimes hide the socket's error behind `fetch failed`: look a few causes deep. */
function neverArrived(error: unknown, depth = 0): boolean {
  const code = coded.safeParse(error);
  if (code.success && neverConnected.has(code.data.code)) return true;
  const cause = caused.safeParse(error);
  return depth < 4 && cause.success && neverArrived(cause.data.cause, depth + 1);
}

const isGivenUp = (error: unknown) =>
  error instanceof Error && (error.name === "TimeoutError" || error.name === "AbortError");

async function readAtMost(response: Response, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const reader = response.body?.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    size += part.value.byteLength;
    if (size > maxBytes) {
      await reader?.cancel();
      throw new TransportFault("too_large", "maybe");
    }
    chunks.push(part.value);
  }
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}

const isRedirect = ({ status, type }: Response) =>
  type === "opaqueredirect" || (status >= 300 && status < 400 && status !== 304);

/**
 * Wraps a fetch so that its promise settles only when the body is read, which puts slow and cut-off bodies under
 * the caller's timeout and retry too.
 * @param maxBytes of the decoded body.
 * @throws {TransportFault} for a network error, an aborted call, any redirect, or a larger body.
 */
export function boundedFetch(fetch: Fetch, maxBytes: number): Fetch {
  return async (input, init) => {
    try {
      const response = await fetch(input, { ...init, redirect: "manual" });
      if (isRedirect(response)) {
        await response.body?.cancel();
        throw new TransportFault("redirect", "maybe");
      }
      const bytes = await readAtMost(response, maxBytes);
      const { status, headers } = response;
      return new Response(bytes.byteLength === 0 ? null : bytes, { status, headers });
    } catch (cause) {
      if (cause instanceof TransportFault) throw cause;
      if (isGivenUp(cause)) throw new TransportFault("timeout", "maybe");
      throw new TransportFault("network", neverArrived(cause) ? "no" : "maybe", { cause });
    }
  };
}
