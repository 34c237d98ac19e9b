/** The refusals of a route: which codes follow from its declaration, and how the OpenAPI document shows them. */
import type { RouteConfig } from "@hono/zod-openapi";
import { type ProblemCode, problemCodes, problems } from "../problem-codes.ts";
import { storedStatus } from "./idempotency.ts";
import { problem } from "./problem-schema.ts";
import { idempotencyKey } from "./request-headers.ts";
import { headersOf, type ResponseHeader } from "./response-headers.ts";

/** The server can refuse any request with these. */
const ofEveryRoute: readonly ProblemCode[] = [
  "bad_request",
  "request_timeout",
  "uri_too_long",
  "headers_too_large",
  "internal",
];

/** Whoever must be known first, by a token that Logto has signed and a user that Logto has. */
const ofEveryCaller: readonly ProblemCode[] = [
  "unauthenticated",
  "invalid_token",
  "insufficient_scope",
  "user_token_required",
  "user_suspended",
  "too_many_requests",
  "csrf",
  "upstream_invalid",
  "upstream_unavailable",
  "storage_unavailable",
  "upstream_timeout",
];

const ofEveryJsonBody: readonly ProblemCode[] = [
  "malformed_json",
  "body_too_large",
  "unsupported_media_type",
  "validation_failed",
  "unknown_field",
];

const ofHeaders: Record<string, readonly ProblemCode[]> = {
  "If-Match": ["version_conflict"],
  "Verification-Id": ["step_up_required"],
  // A stored answer is sealed.
  [idempotencyKey.name]: ["idempotency_conflict", "outcome_unknown", "data_integrity"],
};

/**
 * Lists what a route can refuse.
 * @param taken what the route takes, whoever may call it, and the codes of its own.
 */
export const refusalsOf = (taken: {
  isProtected: boolean;
  takesJson: boolean;
  headers: readonly string[];
  own: readonly ProblemCode[];
}): ProblemCode[] => [
  ...ofEveryRoute,
  ...(taken.isProtected ? ofEveryCaller : []),
  ...(taken.isProtected && taken.takesJson ? ofEveryJsonBody : []),
  ...taken.headers.flatMap((name) => ofHeaders[name] ?? []),
  ...taken.own,
];

type Responses = RouteConfig["responses"];

/**
 * The responses that the document shows for these refusals. A handler answers none of them: it throws.
 * @param takesKey whether an answer can be that of an earlier request. @param own what the handler answers itself, of which
 * some, such as a page, can have the status of a refusal.
 */
export function refusalResponses(
  codes: readonly ProblemCode[],
  takesKey: boolean,
  own: Responses,
): Record<never, never> {
  const byStatus = Map.groupBy(new Set(codes), (code) => problems[code].status);
  const responses = [...byStatus].map(([status, ofStatus]) => {
    const beside = own[status];
    if (beside && "content" in beside) {
      const refusal = responseOf(status, ofStatus, takesKey);
      const description = `${beside.description}\n${refusal.description}`;
      return [status, { ...refusal, description, content: { ...beside.content, ...refusal.content } }];
    }
    return [
      status,
      ofStatus.length === codesOf(status).length
        ? { $ref: `#/components/responses/${nameOf(status)}` }
        : responseOf(status, ofStatus, takesKey),
    ];
  });
  return Object.fromEntries([...responses, ["default", otherRefusal]]);
}

const codesOf = (status: number) => problemCodes.filter((code) => problems[code].status === status);

const nameOf = (status: number) => `Refusal${status}`;

/** For each status, the response that lists all its codes; every route that can answer them all refers to it. */
export const sharedResponses = () =>
  Object.fromEntries(
    problemCodes
      .map((code) => problems[code].status)
      .map((status) => [nameOf(status), responseOf(status, codesOf(status), true)]),
  );

function responseOf(status: number, codes: readonly ProblemCode[], takesKey: boolean) {
  const isStored = takesKey && storedStatus.safeParse(status).success;
  return {
    description: codes.map((code) => `- \`${code}\`: ${problems[code].title}.`).join("\n"),
    headers: headersOf([
      "X-Request-Id",
      ...(headersAt[status] ?? []),
      ...(isStored ? (["Idempotent-Replayed"] as const) : []),
    ]),
    content: {
      "application/problem+json": {
        schema: {
          allOf: [
            { $ref: "#/components/schemas/Problem" },
            { type: "object", properties: { code: { type: "string", enum: codes } } },
          ],
        },
        examples: examplesOf(codes),
      },
    },
  };
}

const examplesOf = (codes: readonly ProblemCode[]) =>
  Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }]));

const headersAt: Record<number, readonly ResponseHeader[]> = {
  401: ["WWW-Authenticate"],
  403: ["WWW-Authenticate"],
  429: ["Retry-After"],
  503: ["Retry-After"],
  504: ["Retry-After"],
};

/** What no operation causes by itself. */
const otherRefusal = {
  description:
    "Any other refusal: a path that does not exist (`not_found`), a method that the path does not take (`method_not_allowed`).",
  headers: headersOf(["X-Request-Id", "Allow"]),
  content: {
    "application/problem+json": {
      schema: problem,
      examples: examplesOf(["not_found", "method_not_allowed"]),
    },
  },
};
