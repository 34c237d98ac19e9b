/** Faults that only the raw request shows, and the answer to what the parser refuses. */
import { type IncomingMessage, STATUS_CODES } from "node:http";
import { isPlainPath } from "../../http/routing.ts";
import type { ProblemCode } from "../../problem.ts";

/** What Node reports for a request it could not read. */
export type ClientError = Error & { code?: string };

/** The code for what the parser refused; both framings at once, a second length and bad syntax are all `bad_request`. */
export function clientErrorCode(error: ClientError): ProblemCode {
  if (error.code === "HPE_HEADER_OVERFLOW") return "headers_too_large";
  if (error.code === "ERR_HTTP_REQUEST_TIMEOUT") return "request_timeout";
  return "bad_request";
}

/**
 * Finds what the Fetch API would hide: Node keeps the first of two Host or Authorization headers, and a URL object
 * resolves dot segments.
 */
export function requestFault({ rawHeaders, headers, url = "" }: IncomingMessage): ProblemCode | undefined {
  if (count(rawHeaders, "host") !== 1 || count(rawHeaders, "authorization") > 1) return "bad_request";
  // Node undoes chunks and no other transfer coding, and hands on what it did not decode.
  if ((headers["transfer-encoding"] ?? "chunked").toLowerCase() !== "chunked") return "bad_request";
  if (!url.startsWith("/") || url.includes("#")) return "bad_request";
  const query = url.indexOf("?");
  return isPlainPath(query === -1 ? url : url.slice(0, query)) ? undefined : "not_found";
}

/** Names stand at the even places of `rawHeaders`. */
function count(rawHeaders: readonly string[], name: string): number {
  let found = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const candidate = rawHeaders[at];
    if (candidate?.length === name.length && candidate.toLowerCase() === name) found += 1;
  }
  return found;
}

/** Spells a whole HTTP/1.1 answer. */
export function rawAnswer(answer: { status: number; headers: Record<string, string>; body: string }): string {
  const { status, headers, body } = answer;
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`, ...lines, "", body].join("\r\n");
}
