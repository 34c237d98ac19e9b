/** One example of each refusal, for the OpenAPI document. */

import { Refusal, type RefusalDetail } from "../problem.ts";
import { type ProblemCode, problemCodes, problems } from "../problem-codes.ts";
import { problemDocument } from "./problem-document.ts";

const fault = (pointer: string, code: string, message: string): RefusalDetail => ({
  errors: [{ pointer, code, message }],
});

/** What a refusal holds beside the members that all have. */
const details: Partial<Record<ProblemCode, RefusalDetail>> = {
  code_incorrect: { attemptsLeft: 4 },
  step_up_required: { methods: ["password", "email"] },
  identifier_taken: fault("/username", "identifier_taken", "belongs to another account"),
  last_identifier: fault("/primaryEmail", "last_identifier", "is the last way to sign in"),
  validation_failed: fault("/avatar", "custom", "must be a web address"),
  unknown_field: fault("/nickName", "unknown_field", "is not a field of the profile"),
  read_only_field: fault("/createdAt", "read_only_field", "cannot be changed here"),
  picture_refused: fault("", "animated", "has more than one frame"),
  card_number_refused: fault("/name", "card_number_refused", "holds a full card number"),
  identifier_unproven: fault("/primaryEmail", "identifier_unproven", "has no verified code"),
  password_rejected: { issues: [{ code: "too_short", params: { min: 8 } }] },
};

const requestId = "4c9aac7d-42dc-45e4-b3ed-86e4ef2387cd";

/** By code. @param publicUrl the origin under which `/problems/{code}` is served. */
export const problemExamples = (publicUrl: string) =>
  Object.fromEntries(
    problemCodes.map((code) => {
      const value = problemDocument(new Refusal(code, details[code]), publicUrl, requestId);
      return [code, { summary: problems[code].title, value }];
    }),
  );
