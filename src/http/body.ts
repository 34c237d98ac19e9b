/** Request bodies: JSON in UTF-8, small, and meaning exactly one thing. */
import type { MiddlewareHandler } from "hono";
import { Refusal } from "../problem.ts";
import type { Env } from "./env.ts";
import { checkJson } from "./strict-json.ts";

const maxBodyBytes = 65_536;
const methodsWithBody = new Set(["POST", "PUT", "PATCH"]);
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads and checks the body of POST, PUT and PATCH, so that `c.req.valid("json")` parses a text already known to be strict.
 * The body of any other method is left unread.
 * @throws {Refusal} `unsupported_media_type`, `body_too_large`, and what {@link checkJson} throws.
 */
export const jsonBody: MiddlewareHandler<Env> = async (c, next) => {
  if (methodsWithBody.has(c.req.method)) {
    checkMediaType(c.req.raw.headers, c.req.method);
    const text = decode(await readBody(c.req.raw, maxBodyBytes));
    checkJson(text);
    // Hono's validators parse the text they find in this cache; it holds promises, whatever its type says.
    Object.assign(c.req.bodyCache, { text: Promise.resolve(text) });
  }
  await next();
};

/** `type/subtype`, with at most a charset of UTF-8 behind it. */
const mediaType = /^\s*([a-z0-9.+/-]+)\s*(?:;\s*charset\s*=\s*(?:utf-8|"utf-8")\s*)?$/i;

function checkMediaType(headers: Headers, method: string): void {
  const type = mediaType.exec(headers.get("content-type") ?? "")?.[1]?.toLowerCase();
  const accepted =
    type === "application/json" || (method === "PATCH" && type === "application/merge-patch+json");
  if (!accepted || headers.has("content-encoding")) throw new Refusal("unsupported_media_type");
}

/**
 * Reads a body of at most `maxBytes`, and no byte of one that announces more.
 * @throws {Refusal} `body_too_large`; `bad_request` if the caller hangs up first.
 */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const announced = request.headers.get("content-length");
  if (announced === null) return readStream(request.body, maxBytes);
  if (Number(announced) > maxBytes) throw new Refusal("body_too_large");
  const bytes = new Uint8Array(await request.arrayBuffer().catch(hungUp));
  if (bytes.length > maxBytes) throw new Refusal("body_too_large");
  return bytes;
}

/**
 * A body that is merely too long is read to its end, so that its connection serves on; of an endless one no more than
 * this. Cancelling instead would cut the connection before the refusal is sent.
 */
const maxDiscardedBytes = 1_048_576;

async function readStream(body: ReadableStream<Uint8Array> | null, maxBytes: number) {
  if (body === null) return new Uint8Array();
  const reader = body.getReader();
  const bytes = new Uint8Array(maxBytes);
  let length = 0;
  for (let part = await reader.read().catch(hungUp); !part.done; part = await reader.read().catch(hungUp)) {
    const before = length;
    length += part.value.length;
    if (length > maxDiscardedBytes) break;
    if (length <= maxBytes) bytes.set(part.value, before);
  }
  if (length > maxBytes) throw new Refusal("body_too_large");
  return bytes.subarray(0, length);
}

function hungUp(cause: unknown): never {
  throw new Refusal("bad_request", {}, { cause });
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new Refusal("malformed_json", {}, { cause });
  }
}
