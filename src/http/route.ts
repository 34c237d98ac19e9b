/** A route declares once what it takes and answers; its middleware and the OpenAPI document read this declaration. */
import { createRoute, type RouteConfig } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import * as z from "zod";
import type { Scope } from "../caller.ts";
import { isObject, type JsonObject } from "../json.ts";
import type { ProblemCode } from "../problem-codes.ts";
import { requireScope } from "./bearer.ts";
import { refusalResponses, refusalsOf } from "./declared-refusals.ts";
import type { ProtectedEnv } from "./env.ts";
import { type IdempotencyServices, replayAnswers } from "./idempotency.ts";
import { requireKnownQuery } from "./query.ts";
import { idempotencyKey } from "./request-headers.ts";
import { headersOf, type ResponseHeader } from "./response-headers.ts";
import type { Tag } from "./tags.ts";

type Access = {
  /** The scope that the caller's token or session must carry. */
  scope: Scope;
  /**
   * `false` where an answer must not be stored: the route takes no `Idempotency-Key`, and a repeat is carried out again.
   * Default: true for POST, PATCH and DELETE.
   */
  replays?: false;
};

/** A repeat of any other changes nothing more. */
const withKey: ReadonlySet<string> = new Set(["post", "patch", "delete"]);

type Responses = RouteConfig["responses"];
type ResponseConfig = Exclude<Responses[string], { $ref: string }>;
type RequestBody = NonNullable<NonNullable<RouteConfig["request"]>["body"]>;

type Declaration = {
  method: "get" | "post" | "put" | "patch" | "delete";
  path: string;
  /** The name of the call in generated clients. */
  operationId: string;
  /** The call in a few words. */
  summary: string;
  /** What the summary leaves out. */
  description?: string;
  tags: [Tag];
  request?: {
    /** Path parameters. */
    params?: z.ZodObject;
    /** Query parameters; any other is refused. */
    query?: z.ZodObject;
    body?: RequestBody;
  };
  /** Who may call; only for a route without an access token. Default there: anybody. */
  security?: NonNullable<RouteConfig["security"]>;
  /** What the route reads by itself, for the document. */
  parameters?: NonNullable<RouteConfig["parameters"]>;
  /** What it answers when it succeeds. */
  responses: Responses;
};

/**
 * Declares a route that only a signed-in person may call: first who may call, then what the call takes and answers.
 * From this follow the checks before the handler (scope, query parameters, one effect for one idempotency key), the
 * headers that the handler can read, and the OpenAPI document. A handler behind another route has no `caller`.
 * The route's second argument lists codes of its own, beside those that follow from its scope, headers and body; the
 * third picks from `requestHeaders` those that the handler reads with `readHeaders`.
 */
export const protectedRoute =
  (services: IdempotencyServices, { scope, replays }: Access) =>
  <Path extends string, Declared extends Declaration & { path: Path }>(
    declared: Declared,
    own: readonly ProblemCode[] = [],
    headers: z.ZodObject = noHeaders,
  ) => {
    const parameters = namesIn(declared.request?.query);
    const takesKey = withKey.has(declared.method) && replays !== false;
    const carryOut = takesKey ? replayAnswers(services, namesIn(headers)) : passOn;
    const middleware: MiddlewareHandler<ProtectedEnv> = async (c, next) => {
      requireScope(c.get("caller"), scope);
      requireKnownQuery(c.req.raw.url, parameters);
      return carryOut(c, next);
    };
    return createRoute({
      ...declared,
      responses: withRefusals(declared, own, { isProtected: true, takesKey, headers: namesIn(headers) }),
      security: [{ accessToken: [scope] }, { session: [] }],
      middleware,
      parameters: [...headerParameters(headers), ...(takesKey ? [idempotencyKeyParameter] : [])],
    });
  };

/** Declares a route without an access token. @param own every code that its handler, or what is before it, can answer. */
export const publicRoute = <Path extends string, Declared extends Declaration & { path: Path }>(
  declared: Declared,
  own: readonly ProblemCode[] = [],
) =>
  createRoute({
    security: [],
    ...declared,
    responses: withRefusals(declared, own, { isProtected: false, takesKey: false, headers: [] }),
  });

/** Its responses for handlers; the document also shows one for each status that a refusal of the route can have. */
function withRefusals<Declared extends Declaration>(
  { request, responses }: Declared,
  own: readonly ProblemCode[],
  { isProtected, takesKey, headers }: { isProtected: boolean; takesKey: boolean; headers: string[] },
): Declared["responses"] {
  const names = [...headers, ...(takesKey ? [idempotencyKey.name] : [])];
  const codes = refusalsOf({ isProtected, takesJson: takesJson(request?.body), headers: names, own });
  return {
    ...responses,
    ...(takesKey ? withReplays(responses) : {}),
    ...refusalResponses(codes, takesKey, responses),
  };
}

/** Any other body has refusals of its own. */
const takesJson = (body: RequestBody | undefined) => body !== undefined && "application/json" in body.content;

/** The responses with the mark of an answer that is sent again. */
const withReplays = (responses: Responses): Record<never, never> =>
  Object.fromEntries(
    Object.entries(responses).map(([status, response]) => [
      status,
      "headers" in response
        ? { ...response, headers: { ...response.headers, ...headersOf(["Idempotent-Replayed"]) } }
        : response,
    ]),
  );

const noHeaders = z.object({});

const passOn: MiddlewareHandler<ProtectedEnv> = (_c, next) => next();

const namesIn = (schema: z.ZodObject | undefined) => Object.keys(schema?.shape ?? {});

/** For the document. */
const headerParameters = (headers: z.ZodObject | undefined) =>
  Object.entries(headers?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: "header" as const,
    description: z.string().parse(z.globalRegistry.get(schema)?.description),
    schema: { type: "string" as const },
  }));

const idempotencyKeyParameter = {
  name: idempotencyKey.name,
  in: "header" as const,
  description: idempotencyKey.description,
  schema: { type: "string" as const, pattern: idempotencyKey.form.source },
};

/** An instant of RFC 3339. */
export const instant = z.iso.datetime();

/** What a success can carry beside its body. */
type Extras = {
  /** Beside `X-Request-Id`. */
  headers?: readonly ResponseHeader[];
  /** Calls that a part of the answer leads to (OpenAPI 3.1, Link Object). */
  links?: NonNullable<ResponseConfig["links"]>;
};

const success = <Schema extends z.ZodType>(
  description: string,
  schema: Schema,
  { headers = [], links }: Extras,
) => ({
  description,
  headers: headersOf(["X-Request-Id", ...headers]),
  content: { "application/json": { schema } },
  ...(links ? { links } : {}),
});

/** Responses of a route: 200 with a JSON body. */
export const ok = <Schema extends z.ZodType>(description: string, schema: Schema, extras: Extras = {}) => ({
  200: success(description, schema, extras),
});

/** Responses of a route: 202 with a JSON body for work that is carried out later. */
export const accepted = <Schema extends z.ZodType>(
  description: string,
  schema: Schema,
  extras: Extras = {},
) => ({ 202: success(description, schema, extras) });

/** Responses of a route: 204 for a change that has nothing to show. */
export const noContent = (description: string) => ({
  204: { description, headers: headersOf(["X-Request-Id"]) },
});

/** Body of a request: JSON that zod parses. */
export const json = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true,
  content: { "application/json": { schema } },
});

/** Body of a request: a merge patch (RFC 7396). @param example of such a body, for the document. */
export const mergePatch = <Schema extends z.ZodType>(schema: Schema, example: JsonObject) => ({
  required: true,
  content: {
    "application/merge-patch+json": { schema, example },
    "application/json": { schema, example },
  },
});

/** Any JSON object. A JSON Schema describes it in the document; the verb behind the route checks its members. */
export const objectOf = (schema: JsonObject) =>
  z.custom<JsonObject>((value) => isObject(value), "must be an object").meta(schema);
