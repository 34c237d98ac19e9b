import type { Context } from "hono";
import type * as z from "zod/v3";
import { nodeBindings } from "./bindings.ts";
import { LogtoError, PlainError } from "./logto-error.ts";

const jsonLimit = 1024 * 1024;
const formLimit = 56 * 1024;

/**
 * Reads and validates a body as Logto does: JSON, forms and text are read, every other content type gives an
 * empty object, and a body over the limit is answered like an unknown route.
 * @throws {LogtoError} 400 without a code for malformed JSON.
 * @throws {z.ZodError} answered as `guard.invalid_input`. It is Zod 3 because Logto's answers show the issues of Zod 3.
 */
export async function readBody<Schema extends z.ZodTypeAny>(
  c: Context,
  schema: Schema,
): Promise<z.output<Schema>> {
  return schema.parse(await rawBody(c));
}

/** The body, parsed by its content type. It is also stored in the request log. */
export async function rawBody(c: Context): Promise<unknown> {
  const body = await parseBody(c);
  nodeBindings(c).recorded.body = body;
  return body;
}

async function parseBody(c: Context): Promise<unknown> {
  const type = (c.req.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  if (type === "application/json") return parseJson(await readText(c, jsonLimit));
  if (type === "application/x-www-form-urlencoded") {
    return Object.fromEntries(new URLSearchParams(await readText(c, formLimit)));
  }
  if (type === "text/plain") return readText(c, formLimit);
  return {};
}

async function readText(c: Context, limit: number): Promise<string> {
  const bytes = await c.req.arrayBuffer();
  if (bytes.byteLength > limit) throw new PlainError(404, "Not Found");
  return new TextDecoder().decode(bytes);
}

function parseJson(text: string): unknown {
  if (text === "") return {};
  if (!/^\s*[[{]/.test(text)) throw new LogtoError(400);
  try {
    return JSON.parse(text, (key, value: unknown) => {
      if (key === "__proto__") throw new SyntaxError("forbidden key");
      return value;
    });
  } catch {
    throw new LogtoError(400);
  }
}
