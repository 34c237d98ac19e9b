import type { Schemas } from "./schemas.ts";

/** A refusal of the service (RFC 9457). */
export type Problem = Schemas["Problem"];
export type ProblemCode = Problem["code"];

/** Thrown for every answer that is a refusal. `problem.code` says which; `problem.errors` names the fields. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly problem: Problem;
  /** Seconds after which a repeat may succeed, if the service says so. */
  readonly retryAfter: number | undefined;

  constructor(problem: Problem, retryAfter?: number) {
    super(problem.title);
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  /** Whether the refusal is one of these. */
  is(...codes: ProblemCode[]): boolean {
    return codes.includes(this.problem.code);
  }
}

/** The error for an answer that is no success. What comes from something in between, such as a proxy, is no refusal of the service. */
export async function toError(answer: Response): Promise<Error> {
  const type = answer.headers.get("Content-Type") ?? "";
  if (!type.startsWith("application/problem+json"))
    return new Error(`The answer was ${answer.status}, from no service.`);
  const retryAfter = answer.headers.get("Retry-After");
  return new ProblemError(
    JSON.parse(await answer.text()),
    retryAfter === null ? undefined : Number(retryAfter),
  );
}
