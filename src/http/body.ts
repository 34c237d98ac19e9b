/** Request bodies: small JSON in UTF-8 that has exactly one meaning. */
import type { MiddlewareHandler } from "hono";
import { Refusal } from "../problem.ts";
import type { Env } from "./env.ts";
import { isReadAsUtf8, parseMediaType } from "./media-type.ts";
import { checkJson } from "./strict-json.ts";

export const maxBodyBytes = 65_536;
const methodsWithBody = new Set(["POST", "PUT", "PATCH"]);
/** It drops a byte order mark at the start, which RFC 8259 lets a reader ignore (section 8.1). */
const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads the body of POST, PUT and PATCH and checks it; `c.req.valid("json")` then parses the checked text.
 * The body of any other method is not read.
 * @throws {Refusal} `unsupported_media_type`, `body_too_large`, and what {@link checkJson} throws.
 */
export const jsonBody: MiddlewareHandler<Env> = async (c, next) => {
  if (methodsWithBody.has(c.req.method)) {
    const type = acceptedType(c.req.raw.headers, c.req.method);
    const text = decode(await readBody(c.req.raw, maxBodyBytes));
    checkJson(text);
    // Hono's validators parse the text in this cache. It holds promises, although its type says otherwise.
    Object.assign(c.req.bodyCache, { text: Promise.resolve(text) });
    if (c.req.header("content-type") !== type) c.req.raw = withType(c.req.raw, type);
  }
  await next();
};

function acceptedType(headers: Headers, method: string): string {
  const { type = "", charsets = [] } = parseMediaType(headers.get("content-type") ?? "") ?? {};
  const accepted =
    type === "application/json" || (method === "PATCH" && type === "application/merge-patch+json");
  if (accepted && charsets.every(isReadAsUtf8) && !headers.has("content-encoding")) return type;
  throw new Refusal("unsupported_media_type");
}

/** The same request with a plain media type: the validators of the routes know fewer forms of a parameter. */
function withType({ url, method, headers }: Request, type: string): Request {
  const plain = new Headers(headers);
  plain.set("content-type", type);
  return new Request(url, { method, headers: plain });
}

/**
 * Reads a body of at most `maxBytes`. If `Content-Length` announces more, nothing is read.
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
 * A body that is too long is read to its end, but not beyond this size, so that its connection can be used again.
 * Cancelling the stream would cut the connection before the refusal is sent.
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
