/** Failures as answers: `application/problem+json` for a refusal, and a 500 without detail for a bug. */
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context, ErrorHandler, NotFoundHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import * as z from "zod";
import { Refusal } from "../problem.ts";
import { isProblemCode, problemCodes, problems } from "../problem-codes.ts";
import type { Env } from "./env.ts";
import { named } from "./named.ts";
import { problemAnswer } from "./problem-answer.ts";
import { ok, publicRoute } from "./route.ts";

/** What is logged of an unexpected error: enough to find the bug, and nothing from the request. */
export type Fault = { requestId: string; name: string; stack: string | undefined };

type RefusalAnswer = { status: number; headers: Record<string, string>; body: string };

/** Paths that begin so have another form of refusals than problem documents. */
type RefusalForms = Record<string, (refusal: Refusal) => RefusalAnswer>;

type Answering = { publicUrl: string; forms?: RefusalForms };

/**
 * Answers anything that was thrown.
 * @param report receives every error that is not a refusal.
 */
export const onError =
  ({ report, ...answering }: Answering & { report(fault: Fault): void }): ErrorHandler<Env> =>
  (error, c) => {
    const refusal = asRefusal(error);
    if (refusal.code === "internal") {
      // The stack begins with the message, and lines of the message may look like frames.
      const stack = error.stack?.replace(error.message, () => "");
      report({ requestId: c.get("requestId"), name: error.name, stack });
    }
    return respond(c, refusal, answering);
  };

/** Answers a request that matches no route. */
export const notFound =
  (answering: Answering): NotFoundHandler<Env> =>
  (c) =>
    respond(c, new Refusal("not_found"), answering);

function respond(c: Context<Env>, refusal: Refusal, { publicUrl, forms = {} }: Answering): Response {
  c.set("refused", refusal);
  const [, form] = Object.entries(forms).find(([start]) => c.req.path.startsWith(start)) ?? [];
  const { status, headers, body } = form
    ? form(refusal)
    : problemAnswer(refusal, publicUrl, c.get("requestId"));
  return new Response(body, { status, headers });
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
