/** What every route of the API says about itself, for the router and for the OpenAPI document alike. */
import * as z from "zod";
import type { Scope } from "../caller.ts";
import { isObject, type JsonObject } from "../json.ts";
import { requireScope } from "./bearer.ts";
import { onceOnly } from "./idempotency.ts";
import { allowQuery } from "./query.ts";

/** An instant of RFC 3339. */
export const instant = z.iso.datetime();

const problem = z.object({
  type: z.url(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  requestId: z.string(),
  errors: z.array(z.object({ pointer: z.string(), code: z.string(), message: z.string() })).optional(),
});

/** The refusals every route shares: RFC 9457. */
const refusals = {
  default: {
    description: "A refusal; `type` explains its code.",
    content: { "application/problem+json": { schema: problem } },
  },
};

/**
 * What a signed-in person may call: its scope, no query parameter that is not named, one effect for one idempotency key.
 * @param query the parameters the route takes.
 */
export const forPeople = (scope: Scope, ...query: string[]) => ({
  security: [{ accessToken: [scope] }],
  middleware: [requireScope(scope), allowQuery(...query), onceOnly],
});

const requestHeaders = {
  "If-Match": "The entity tag the change is based on (RFC 9110, section 13.1.1).",
  "Verification-Id": "A step-up record of this person and this client or session.",
  "Idempotency-Key": "Up to 255 printable characters: a repeat within 24 hours gets the first answer.",
} as const;

/** The request headers a call understands beside the usual ones. */
export const sends = (...names: (keyof typeof requestHeaders)[]) => ({
  parameters: names.map((name) => ({
    name,
    in: "header" as const,
    description: requestHeaders[name],
    schema: { type: "string" as const },
  })),
});

/** A success with a JSON body described by zod, and the refusals. */
export const answers = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  200: { description, content: { "application/json": { schema } } },
  ...refusals,
});

/** A JSON object that the field catalogue describes; the verb behind the route parses what is in it. */
export const described = (schema: JsonObject) =>
  z.custom<JsonObject>((value) => isObject(value), "must be an object").meta(schema);

/** Accepted, to be carried out later. */
export const accepts = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  202: { description, content: { "application/json": { schema } } },
  ...refusals,
});

/** A JSON body that zod parses. */
export const takes = <Schema extends z.ZodType>(schema: Schema) => ({
  body: { required: true, content: { "application/json": { schema } } },
});

/** A merge patch (RFC 7396) of an object that the field catalogue describes; the verb parses it. */
export const takesPatch = <Schema extends z.ZodType>(schema: Schema) => ({
  body: {
    required: true,
    content: { "application/merge-patch+json": { schema }, "application/json": { schema } },
  },
});
