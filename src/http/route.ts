/** A route declares once what it takes and answers; its middleware and the OpenAPI document read this declaration. */
import { createRoute, type RouteConfig } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import * as z from "zod";
import type { Scope } from "../caller.ts";
import { isObject, type JsonObject } from "../json.ts";
import { requireScope } from "./bearer.ts";
import type { ProtectedEnv } from "./env.ts";
import { type IdempotencyServices, replayAnswers } from "./idempotency.ts";
import { requireKnownQuery } from "./query.ts";
import { idempotencyKey } from "./request-headers.ts";

type Access = {
  /** The scope that the caller's token or session must carry. */
  scope: Scope;
  /**
   * `false` where an answer must not be stored: the route takes no `Idempotency-Key`, and a repeat is carried out again.
   * Default: true for POST, PATCH and DELETE.
   */
  replays?: false;
};

type RequestBody = NonNullable<NonNullable<RouteConfig["request"]>["body"]>;

type Declaration = {
  method: "get" | "post" | "patch" | "delete";
  path: string;
  request?: {
    /** Path parameters. */
    params?: z.ZodObject;
    /** Query parameters; any other is refused. */
    query?: z.ZodObject;
    /** Picked from `requestHeaders`. */
    headers?: z.ZodObject;
    body?: RequestBody;
  };
  responses: RouteConfig["responses"];
};

/**
 * Declares a route that only a signed-in person may call: first who may call, then what the call takes and answers.
 * From this follow the checks before the handler (scope, query parameters, one effect for one idempotency key), the
 * headers that the handler can read, and the OpenAPI document. A handler behind another route has no `caller`.
 */
export const protectedRoute =
  (services: IdempotencyServices, { scope, replays }: Access) =>
  <Path extends string, Declared extends Declaration & { path: Path }>(declared: Declared) => {
    const { query, headers } = declared.request ?? {};
    const parameters = namesIn(query);
    const takesKey = declared.method !== "get" && replays !== false;
    const carryOut = takesKey ? replayAnswers(services, namesIn(headers)) : passOn;
    const middleware: MiddlewareHandler<ProtectedEnv> = async (c, next) => {
      requireScope(c.get("caller"), scope);
      requireKnownQuery(c.req.raw.url, parameters);
      return carryOut(c, next);
    };
    return createRoute({
      ...declared,
      security: [{ accessToken: [scope] }],
      middleware,
      parameters: takesKey ? [idempotencyKeyParameter] : [],
    });
  };

const passOn: MiddlewareHandler<ProtectedEnv> = (_c, next) => next();

const namesIn = (schema: z.ZodObject | undefined) => Object.keys(schema?.shape ?? {});

const idempotencyKeyParameter = {
  name: idempotencyKey.name,
  in: "header" as const,
  description: idempotencyKey.description,
  schema: { type: "string" as const, pattern: idempotencyKey.form.source },
};

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

/** The refusals of every route: RFC 9457. */
const refusals = {
  default: {
    description: "A refusal; `type` explains its code.",
    content: { "application/problem+json": { schema: problem } },
  },
};

/** Responses of a route: 200 with a JSON body, and the refusals. */
export const ok = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  200: { description, content: { "application/json": { schema } } },
  ...refusals,
});

/** Responses of a route: 202 with a JSON body for work that is carried out later, and the refusals. */
export const accepted = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  202: { description, content: { "application/json": { schema } } },
  ...refusals,
});

/** Body of a request: JSON that zod parses. */
export const json = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true,
  content: { "application/json": { schema } },
});

/** Body of a request: a merge patch (RFC 7396). */
export const mergePatch = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true,
  content: { "application/merge-patch+json": { schema }, "application/json": { schema } },
});

/** Any JSON object. A JSON Schema describes it in the document; the verb behind the route checks its members. */
export const objectOf = (schema: JsonObject) =>
  z.custom<JsonObject>((value) => isObject(value), "must be an object").meta(schema);
