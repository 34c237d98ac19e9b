/** CORS for a fixed list of origins: an origin that is not on it gets no header at all, so its browser keeps the answer. */
import type { MiddlewareHandler } from "hono";
import type { Env } from "./env.ts";
import { requestHeaderNames } from "./request-headers.ts";

const preflightHeaders = {
  "Access-Control-Allow-Methods": "GET, HEAD, POST, PATCH, DELETE",
  "Access-Control-Allow-Headers": [
    "Authorization",
    "Content-Type",
    "Cache-Control",
    "If-None-Match",
    "X-CSRF",
    ...requestHeaderNames,
  ].join(", "),
  "Access-Control-Max-Age": "600",
};
const exposedHeaders = "ETag, Retry-After, X-Request-Id, WWW-Authenticate, Allow, Idempotent-Replayed";

/**
 * Answers preflights and marks answers as readable for the listed origins. Cookies are never allowed across origins.
 * Stands after the standard headers and before authentication: a preflight carries no credentials.
 * @param origins compared with `Origin` exactly.
 */
export const cors = (origins: readonly string[]): MiddlewareHandler<Env> => {
  const allowed = new Set(origins);
  return async (c, next) => {
    const origin = c.req.raw.headers.get("origin");
    const known = origin !== null && allowed.has(origin);
    if (known) {
      c.header("Access-Control-Allow-Origin", origin);
      c.header("Access-Control-Expose-Headers", exposedHeaders);
    }
    const preflight = c.req.method === "OPTIONS" && c.req.raw.headers.has("access-control-request-method");
    if (preflight) return c.body(null, 204, known ? preflightHeaders : {});
    return next();
  };
};
