/** The request headers that a route can take, declared once for the router, the OpenAPI document and CORS. */
import * as z from "zod";

const optionalText = (description: string) => z.string().optional().meta({ description });

/** A route picks the ones it takes: its handler cannot read another. */
export const requestHeaders = z.object({
  "If-Match": optionalText("The entity tag the change is based on (RFC 9110, section 13.1.1)."),
  "If-None-Match": optionalText(
    "The entity tag of the answer that the caller has: 304 if it is still the same (RFC 9110, section 13.1.2).",
  ),
  "Cache-Control": optionalText("`no-cache` asks for a fresh answer of Logto (RFC 9111, section 5.2.1.4)."),
  "Verification-Id": optionalText("A step-up record of this person and this client or session."),
});

/** What a sensitive call takes. */
export const stepUpHeader = requestHeaders.pick({ "Verification-Id": true });

export type HeadersOf<Schema extends z.ZodObject> = {
  [Name in keyof Schema["shape"]]: string | undefined;
};

/**
 * Reads the headers that a route takes. Each is any text, so nothing is checked; a validator would copy all headers of
 * the request first.
 */
export function readHeaders<Schema extends z.ZodObject>(request: Request, schema: Schema): HeadersOf<Schema>;
export function readHeaders(request: Request, { shape }: z.ZodObject): Record<string, string | undefined> {
  const read: Record<string, string | undefined> = {};
  for (const name in shape) read[name] = request.headers.get(name) ?? undefined;
  return read;
}

/** Every route that changes something takes it; only its middleware reads it. */
export const idempotencyKey = {
  name: "Idempotency-Key",
  form: /^[\x21-\x7e]{1,255}$/,
  description: "Up to 255 printable characters: a repeat within 24 hours gets the first answer.",
} as const;

/** The names of all headers above. */
export const requestHeaderNames: readonly string[] = [
  ...Object.keys(requestHeaders.shape),
  idempotencyKey.name,
];

/** Whether the directives of `Cache-Control` ask for an answer that comes from no memory. */
export const asksForFresh = (directives: string | null | undefined): boolean =>
  /\bno-cache\b/i.test(directives ?? "");
