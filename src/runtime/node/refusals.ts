/** Faults that only the raw request shows, and the answer to a request that Node cannot parse. */
import { type IncomingMessage, STATUS_CODES } from "node:http";
import { isPlainPath } from "../../http/routing.ts";
import type { ProblemCode } from "../../problem-codes.ts";

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
 * object resolves dot segments. A request target in absolute form becomes the path that the app reads.
 * @param publicHost where people reach this service: one of the hosts that an absolute target may name.
 */
export function requestFault(incoming: IncomingMessage, publicHost: string): ProblemCode | undefined {
  const { rawHeaders, headers } = incoming;
  if (!hasItsHost(incoming) || count(rawHeaders, "authorization") > 1) return "bad_request";
  // Node decodes chunks and no other transfer coding; it would pass the body on undecoded.
  if ((headers["transfer-encoding"] ?? "chunked").toLowerCase() !== "chunked") return "bad_request";
  const target = originForm(incoming.url ?? "", [headers.host, publicHost]);
  if (target === undefined || target.includes("#")) return "bad_request";
  incoming.url = target;
  const query = target.indexOf("?");
  return isPlainPath(query === -1 ? target : target.slice(0, query)) ? undefined : "not_found";
}

/** One Host, as RFC 9112 requires (section 3.2). HTTP/1.0 knew none, and health checks of load balancers still speak it. */
function hasItsHost({ rawHeaders, headers, httpVersion }: IncomingMessage): boolean {
  const hosts = count(rawHeaders, "host");
  return httpVersion === "1.0" ? hosts <= 1 : hosts === 1 && headers.host !== "";
}

/**
 * Turns a target into its origin form (RFC 9112, section 3.2).
 * @param hosts whose absolute form is accepted; this service forwards nothing to another.
 * @returns undefined for another host, and for what is neither a path nor an http URL.
 */
function originForm(target: string, hosts: readonly (string | undefined)[]): string | undefined {
  if (target.startsWith("/")) return target;
  const [, authority, rest = ""] = /^https?:\/\/([^/?#@]+)(.*)$/i.exec(target) ?? [];
  if (authority === undefined) return undefined;
  const own = hosts.some((host) => host !== undefined && sameHost(host, authority));
  if (!own) return undefined;
  return rest.startsWith("/") ? rest : `/${rest}`;
}

/** The standard ports count as none, since the proxy in front may speak another scheme than the client. */
const sameHost = (one: string, other: string) => plainHost(one) === plainHost(other);
const plainHost = (host: string) => host.toLowerCase().replace(/:(?:80|443)?$/, "");

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
