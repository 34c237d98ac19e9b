/** The headers of every answer. */
import type { Context, MiddlewareHandler } from "hono";
import type { Env, ProtectedEnv } from "./env.ts";

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

/** A new random request id. An id that the caller sends is never used. */
export const newRequestId = (): string => crypto.randomUUID();

/** Gives every answer the headers above and its request id. A header that the answer has already stays. */
export const standardHeaders: MiddlewareHandler<Env> = async (c, next) => {
  const requestId = newRequestId();
  const headers: Record<string, string> = { ...securityHeaders, "X-Request-Id": requestId };
  c.set("requestId", requestId);
  c.set("standardHeaders", headers);
  await next();
  if (c.get("hasStandardHeaders")) return;
  const given = c.res.headers;
  for (const name in headers) if (!given.has(name)) given.set(name, headers[name] ?? "");
};

/**
 * An answer that takes all its headers at once. For what is read often: to add them one by one takes longer than the
 * rest of such a read.
 */
export function answer(
  c: Context<ProtectedEnv>,
  body: string | ReadableStream<Uint8Array<ArrayBuffer>> | null,
  status: number,
  headers: Record<string, string>,
): Response {
  c.set("hasStandardHeaders", true);
  return new Response(body, { status, headers: { ...c.get("standardHeaders"), ...headers } });
}
