/** CORS for a fixed list of origins. Any other origin gets no CORS header, so the browser hides the answer from it. */
import type { MiddlewareHandler } from "hono";
import type { Env } from "./env.ts";
import { requestHeaderNames } from "./request-headers.ts";

const preflightHeaders = {
  "Access-Control-Allow-Methods": "GET, HEAD, POST, PATCH, DELETE",
  "Access-Control-Allow-Headers": [
    "Authorization",
    "Content-Type",
    "Cache-Control",
    "X-CSRF",
    ...requestHeaderNames,
  ].join(", "),
  "Access-Control-Max-Age": "600",
};
const exposedHeaders = "ETag, Retry-After, X-Request-Id, WWW-Authenticate, Allow, Idempotent-Replayed";

/**
 * Answers preflights and lets the listed origins read answers. Cookies are never allowed across origins.
 * It runs after the standard headers and before authentication, since a preflight carries no credentials.
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
