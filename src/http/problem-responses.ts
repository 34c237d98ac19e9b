/** Failures as answers: `application/problem+json` for a refusal, and a 500 without detail for a bug. */
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context, ErrorHandler, NotFoundHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import * as z from "zod";
import { isProblemCode, problemCodes, problems, Refusal } from "../problem.ts";
import type { Env } from "./env.ts";
import { named } from "./named.ts";
import { problemAnswer } from "./problem-answer.ts";
import { ok, publicRoute } from "./route.ts";

/** What is logged of an unexpected error: enough to find the bug, and nothing from the request. */
export type Fault = { requestId: string; name: string; stack: string | undefined };

/**
 * Answers anything that was thrown.
 * @param report receives every error that is not a refusal.
 */
export const onError =
  ({ publicUrl, report }: { publicUrl: string; report(fault: Fault): void }): ErrorHandler<Env> =>
  (error, c) => {
    const refusal = asRefusal(error);
    if (refusal.code === "internal") {
      // The stack begins with the message, and lines of the message may look like frames.
      const stack = error.stack?.replace(error.message, () => "");
      report({ requestId: c.get("requestId"), name: error.name, stack });
    }
    return respond(c, refusal, publicUrl);
  };

/** Answers a request that matches no route. */
export const notFound =
  ({ publicUrl }: { publicUrl: string }): NotFoundHandler<Env> =>
  (c) =>
    respond(c, new Refusal("not_found"), publicUrl);

function respond(c: Context<Env>, refusal: Refusal, publicUrl: string): Response {
  c.set("refused", refusal);
  const { status, headers, body } = problemAnswer(refusal, publicUrl, c.get("requestId"));
  return c.body(body, status, headers);
}

/** Hono and its validators throw exceptions of their own for a body that they refuse. */
function asRefusal(error: Error): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof HTTPException && error.status === 415) return new Refusal("unsupported_media_type");
  if (error instanceof HTTPException && error.status === 400) return new Refusal("malformed_json");
  return new Refusal("internal");
}

const explainRoute = publicRoute(
  {
    method: "get",
    path: "/{code}",
    operationId: "explainProblem",
    summary: "Explain a refusal",
    tags: ["service"],
    request: { params: z.object({ code: z.string().meta({ enum: [...problemCodes] }) }) },
    responses: ok(
      "What the refusal means and what a caller can do about it.",
      named(
        "ProblemExplanation",
        z.object({ code: z.string(), status: z.int(), title: z.string(), help: z.string() }),
      ),
    ),
  },
  ["not_found"],
);

/** `/problems/{code}`: what a refusal means and what a caller can do about it. */
export const problemRoutes = () =>
  new OpenAPIHono<Env>().openapi(explainRoute, (c) => {
    const { code } = c.req.valid("param");
    if (!isProblemCode(code)) throw new Refusal("not_found");
    return c.json({ code, ...problems[code] }, 200);
  });
