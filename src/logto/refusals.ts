/** Translates Logto's definite refusals by their codes and paths. Logto's messages are never used. */
import * as z from "zod";
import { jsonPointer } from "../json.ts";
import { type FieldError, Refusal } from "../problem.ts";
import type { Answer, Rejected } from "./management.ts";
import { UpstreamFailure } from "./upstream-failure.ts";

const takenIdentifiers: Record<string, string> = {
  "user.username_already_in_use": "username",
  "user.email_already_in_use": "primaryEmail",
  "user.phone_already_in_use": "primaryPhone",
};

const invalidCodes = new Set(["guard.invalid_input", "entity.invalid_input", "entity.value_too_long"]);

const guardIssues = z.object({
  data: z.object({ issues: z.array(z.object({ path: z.array(z.union([z.string(), z.number()])) })) }),
});

/** The values that Logto's validation names, as RFC 6901 pointers; the whole document if it names none. */
function errorsOf(body: unknown): FieldError[] {
  const issues = guardIssues.safeParse(body).data?.data.issues ?? [{ path: [] }];
  const pointers = new Set(issues.map(({ path }) => jsonPointer(path)));
  return [...pointers].map((pointer) => ({
    pointer,
    code: "invalid",
    message: "The identity provider does not accept this value.",
  }));
}

/**
 * Translates a refusal that the caller has no rule of its own for.
 * @throws {Refusal} `invalid_token` (the user is gone), `identifier_taken`, `validation_failed`.
 * @throws {UpstreamFailure} `upstream_invalid` for an unknown code.
 */
export function throwRefusal({ status, code, body }: Rejected): never {
  if (status === 404 && code === "entity.not_found")
    throw new Refusal("invalid_token", { reason: "unknown_person" });
  const taken = takenIdentifiers[code ?? ""];
  if (taken !== undefined) {
    const message = "Another account already has this value.";
    throw new Refusal("identifier_taken", { errors: [{ pointer: `/${taken}`, code: "taken", message }] });
  }
  if (invalidCodes.has(code ?? "")) throw new Refusal("validation_failed", { errors: errorsOf(body) });
  throw new UpstreamFailure("upstream_invalid", { sent: "maybe" });
}

/** @returns the value of a success. @throws as `throwRefusal` otherwise. */
export function successOf<T>(answer: Answer<T>): T {
  return answer.ok ? answer.value : throwRefusal(answer);
}
