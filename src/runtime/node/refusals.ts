/** Faults that only the raw request shows, and the answer to a request that Node cannot parse. */
import { type IncomingMessage, STATUS_CODES } from "node:http";
import { isPlainPath } from "../../http/routing.ts";
import type { ProblemCode } from "../../problem.ts";

/** What Node reports for a request that it cannot parse. */
export type ClientError = Error & { code?: string };

/** The code for a request that Node cannot parse. A length with chunks, two lengths, bad syntax: all `bad_request`. */
export function clientErrorCode(error: ClientError): ProblemCode {
  if (error.code === "HPE_HEADER_OVERFLOW") return "headers_too_large";
  if (error.code === "ERR_HTTP_REQUEST_TIMEOUT") return "request_timeout";
  return "bad_request";
}

/**
 * Finds faults that the Fetch API hides: Node keeps only the first of two Host or Authorization headers, and a URL
 * object resolves dot segments.
 */
export function requestFault({ rawHeaders, headers, url = "" }: IncomingMessage): ProblemCode | undefined {
  if (count(rawHeaders, "host") !== 1 || count(rawHeaders, "authorization") > 1) return "bad_request";
  // Node decodes chunks and no other transfer coding; it would pass the body on undecoded.
  if ((headers["transfer-encoding"] ?? "chunked").toLowerCase() !== "chunked") return "bad_request";
  if (!url.startsWith("/") || url.includes("#")) return "bad_request";
  const query = url.indexOf("?");
  return isPlainPath(query === -1 ? url : url.slice(0, query)) ? undefined : "not_found";
}

/** Counts a header. `rawHeaders` has the names at even indexes and the values at odd ones. */
function count(rawHeaders: readonly string[], name: string): number {
  let found = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const candidate = rawHeaders[at];
    if (candidate?.length === name.length && candidate.toLowerCase() === name) found += 1;
  }
  return found;
}

/** Writes a whole HTTP/1.1 answer as text. */
export function rawAnswer(answer: { status: number; headers: Record<string, string>; body: string }): string {
  const { status, headers, body } = answer;
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`, ...lines, "", body].join("\r\n");
}
