/** CORS for a fixed list of origins. Any other origin gets no CORS header, so the browser hides the answer from it. */
import type { MiddlewareHandler } from "hono";
import type { Env } from "./env.ts";
import { requestHeaderNames } from "./request-headers.ts";
import { responseHeaders } from "./response-headers.ts";

const preflightHeaders = {
  "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
  "Access-Control-Max-Age": "600",
};
/** The answer to a preflight that asks for no header, or for one that is no header. */
const knownHeaders = ["Authorization", "Content-Type", "Cache-Control", "X-CSRF", ...requestHeaderNames].join(
  ", ",
);
const exposedHeaders = Object.keys(responseHeaders).join(", ");

/**
 * Answers preflights and lets pages of allowed origins read answers. Cookies are never allowed across origins.
 * It runs after the standard headers and before authentication, since a preflight carries no credentials.
 * @param isAllowed whether pages of an origin may call.
 */
export const cors =
  (isAllowed: (origin: string) => boolean): MiddlewareHandler<Env> =>
  async (c, next) => {
    const { headers } = c.req.raw;
    const origin = headers.get("origin");
    const allowed = origin !== null && isAllowed(origin);
    if (allowed) {
      const added = c.get("standardHeaders");
      added["Access-Control-Allow-Origin"] = origin;
      added["Access-Control-Expose-Headers"] = exposedHeaders;
    }
    const preflight = c.req.method === "OPTIONS" && headers.has("access-control-request-method");
    if (!preflight) return next();
    if (!allowed) return c.body(null, 204);
    const requested = requestedHeaders(headers.get("access-control-request-headers") ?? "");
    return c.body(null, 204, {
      ...preflightHeaders,
      "Access-Control-Allow-Headers": requested ?? knownHeaders,
    });
  };

const longestRequest = 8_192;
const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * Pages send headers that mean nothing here, such as those of tracing. An allowed page may send any.
 * @returns the names that a preflight lists; undefined if there is none, or if one is no header name (RFC 9110, 5.1).
 */
function requestedHeaders(list: string): string | undefined {
  const names = list.split(",").flatMap((name) => name.trim() || []);
  const good = list.length <= longestRequest && names.every((name) => headerName.test(name));
  return good && names.length > 0 ? names.join(", ") : undefined;
}
