/** The body of a refusal (RFC 9457) as the OpenAPI document describes it. */
import * as z from "zod";
import { problemCodes } from "../problem-codes.ts";
import { named } from "./named.ts";

const fieldError = named(
  "FieldError",
  z.object({
    pointer: z.string().meta({ description: "Where the value is in the body (RFC 6901)." }),
    code: z.string().meta({ description: "The rule that it breaks." }),
    message: z.string().meta({ description: "A sentence for people." }),
  }),
);

/** One rule of the tenant's password policy that a password breaks. */
export const passwordIssue = named(
  "PasswordIssue",
  z.object({
    code: z.string(),
    params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  }),
);

/** Every refusal has the first five members; which of the others it has depends on its code. */
export const problem = named(
  "Problem",
  z.object({
    type: z.url().meta({ description: "Leads to an explanation of the code." }),
    title: z.string().meta({ description: "The code in words, for people." }),
    status: z.int(),
    code: z.enum(problemCodes).meta({ description: "What a program goes by." }),
    requestId: z.string().meta({ description: "As in X-Request-Id." }),
    errors: z.array(fieldError).optional().meta({ description: "The values that are at fault." }),
    methods: z.array(z.string()).optional().meta({
      description: "With `step_up_required`: how this person can prove who they are.",
    }),
    attemptsLeft: z.int().optional().meta({
      description: "With `code_incorrect`: how many tries remain for this code.",
    }),
    issues: z.array(passwordIssue).optional().meta({
      description: "With `password_rejected`: the rules that the password breaks.",
    }),
    checks: z.record(z.string(), z.string()).optional().meta({
      description: "From `/readyz`: the state of each part.",
    }),
  }),
);
