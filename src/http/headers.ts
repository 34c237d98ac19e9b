/** The headers every answer carries, whatever becomes of the request. */
import type { MiddlewareHandler } from "hono";
import type { Env } from "./env.ts";

/** Also written by the server itself where a request never reaches the app. */
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

/** Our own random id of a request; what a caller sends under that name is never used. */
export const newRequestId = (): string => crypto.randomUUID();

/** Sets the headers before anything else runs: setting one on a finished response copies that response. */
export const standardHeaders: MiddlewareHandler<Env> = async (c, next) => {
  const requestId = newRequestId();
  c.set("requestId", requestId);
  for (const [name, value] of constantHeaders) c.header(name, value);
  c.header("X-Request-Id", requestId);
  await next();
};
