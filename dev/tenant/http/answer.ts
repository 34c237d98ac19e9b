import { createHash } from "node:crypto";
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import * as z from "zod/v3";
import { LogtoError, PlainError } from "./logto-error.ts";

/** A JSON answer. A successful GET carries an ETag; `If-Match` is ignored, as at Logto. */
export function answer(c: Context, value: unknown, status: ContentfulStatusCode = 200): Response {
  const body = JSON.stringify(value);
  if (c.req.method === "GET" && status === 200) c.header("ETag", entityTag(body));
  c.header("Content-Type", "application/json; charset=utf-8");
  return c.body(body, status);
}

/** An answer without a body. */
export function noContent(c: Context): Response {
  return c.body(null, 204);
}

/** A plain-text answer, as Koa gives. */
export function plainText(c: Context, text: string, status: ContentfulStatusCode): Response {
  c.header("Content-Type", "text/plain; charset=utf-8");
  return c.body(text, status);
}

/** Turns an error that a handler threw into Logto's answer. */
export function failure(error: Error, c: Context): Response {
  if (error instanceof PlainError) return plainText(c, error.message, error.status);
  if (error instanceof z.ZodError) {
    const data = { issues: error.issues, name: "ZodError" };
    return answer(c, { code: "guard.invalid_input", message: "The input is invalid.", data }, 400);
  }
  if (error instanceof LogtoError) {
    const { code, data, extra, message, status } = error;
    return answer(
      c,
      { ...(code ? { code } : {}), message, ...(data === undefined ? {} : { data }), ...extra },
      status,
    );
  }
  return answer(c, { message: "Internal server error." }, 500);
}

/** A strong entity tag of a body, in the form Koa gives it: length and SHA-1. */
export function entityTag(body: string): string {
  const digest = createHash("sha1").update(body).digest("base64").slice(0, 27);
  return `"${Buffer.byteLength(body).toString(16)}-${digest}"`;
}
