/** Turns zod's errors about a request into a refusal. It names each value by its JSON pointer and never quotes it. */
import type { Context } from "hono";
import type * as z from "zod";
import { jsonPointer } from "../json.ts";
import { type FieldError, Refusal } from "../problem.ts";
import type { Env } from "./env.ts";

type Result = { target: string; success: true } | { target: string; success: false; error: z.core.$ZodError };

/**
 * The `defaultHook` of every `OpenAPIHono`: a bad body is 422, a bad query or header 400.
 * @throws {Refusal} `unknown_field`, `validation_failed` or `bad_request`, with one entry in `errors` for each fault.
 */
export function refuseInvalid(result: Result, _c: Context<Env>): undefined {
  if (result.success) return undefined;
  const errors = result.error.issues.flatMap(toFieldErrors);
  if (result.target !== "json") throw new Refusal("bad_request", { errors });
  const unknown = errors.some(({ code }) => code === "unknown_field");
  throw new Refusal(unknown ? "unknown_field" : "validation_failed", { errors });
}

/** One issue of zod can name several unknown keys; each becomes an entry of its own. */
function toFieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code !== "unrecognized_keys") {
    return [{ pointer: jsonPointer(issue.path), code: issue.code, message: issue.message }];
  }
  return issue.keys.map((key) => ({
    pointer: jsonPointer([...issue.path, key]),
    code: "unknown_field",
    message: "This field is not known here.",
  }));
}
