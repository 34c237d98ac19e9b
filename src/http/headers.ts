/** The headers of every answer. */
import type { MiddlewareHandler } from "hono";
import type { Env } from "./env.ts";

/** The server itself also writes these, for a request that does not reach the app. */
export const securityHeaders = {
  "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
  "X-Content-Type-Options": "nosniff",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Resource-Policy": "same-origin",
  Vary: "Origin, Cookie, Authorization",
  "Cache-Control": "no-store",
} as const;

const constantHeaders = Object.entries(securityHeaders);

/** A new random request id. An id that the caller sends is never used. */
export const newRequestId = (): string => crypto.randomUUID();

/** Sets the headers before all else, since setting one on a finished response copies the whole response. */
export const standardHeaders: MiddlewareHandler<Env> = async (c, next) => {
  const requestId = newRequestId();
  c.set("requestId", requestId);
  for (const [name, value] of constantHeaders) c.header(name, value);
  c.header("X-Request-Id", requestId);
  await next();
};
