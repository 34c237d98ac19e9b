/** The headers of answers that mean something to a caller, declared once for the OpenAPI document and for CORS. */

export const responseHeaders = {
  "X-Request-Id": "The name of this request; quote it in a report.",
  ETag: "The version of what was answered (RFC 9110, section 8.8.3): send it in If-Match with a change that is based on it.",
  "Retry-After": "Seconds after which a repeat may succeed.",
  "WWW-Authenticate": "What the access token lacks (RFC 6750, section 3).",
  Allow: "The methods that this path takes.",
  "Idempotent-Replayed":
    "`true` where the answer to an earlier request with this Idempotency-Key is sent again.",
} as const satisfies Record<string, string>;

export type ResponseHeader = keyof typeof responseHeaders;

/** The headers of a response, as references to the components of the document. */
export const headersOf = (names: readonly ResponseHeader[]) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
