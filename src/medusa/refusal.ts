/** Refusals in the form of Medusa: `{code, type, message}`. */

import { Refusal, type RefusalDetail } from "../problem.ts";
import { type ProblemCode, problems } from "../problem-codes.ts";

/** A refusal with a sentence of its own. Pages show it, and some compare it. */
export class MedusaRefusal extends Refusal {
  readonly sentence: string;

  constructor(code: ProblemCode, sentence: string, detail: RefusalDetail = {}) {
    super(code, detail);
    this.sentence = sentence;
  }
}

export const notAllowed = (sentence: string) => new MedusaRefusal("bad_request", sentence);
export const unauthorized = (sentence = "Unauthorized") =>
  new MedusaRefusal("unauthenticated", sentence, { reason: "missing" });
export const invalidToken = () => unauthorized("Invalid token");
export const wrongCredentials = () => unauthorized("Invalid email or password");

const types: Record<number, string> = {
  401: "unauthorized",
  403: "forbidden",
  404: "not_found",
  422: "duplicate_error",
  429: "not_allowed",
};

/** What the clients would repeat, or not understand, gets another status; what is not here keeps its own. */
const statuses: Partial<Record<ProblemCode, number>> = {
  identifier_taken: 422,
  idempotency_conflict: 400,
  last_identifier: 400,
  version_conflict: 400,
  validation_failed: 400,
  unknown_field: 400,
  read_only_field: 400,
  identifier_unproven: 400,
  password_rejected: 400,
  password_incorrect: 401,
  card_number_refused: 400,
  unsupported_media_type: 400,
  step_up_required: 401,
  user_suspended: 401,
  code_incorrect: 401,
  code_expired: 401,
};

const notAllowedCodes: ReadonlySet<string> = new Set<ProblemCode>(["bad_request", "unsupported_media_type"]);

/** Status, headers and body of a refusal. */
export function medusaAnswer(refusal: Refusal): {
  status: number;
  headers: Record<string, string>;
  body: string;
} {
  const { code, detail } = refusal;
  const status = statuses[code] ?? problems[code].status;
  const fallback =
    status >= 500 ? "unexpected_state" : notAllowedCodes.has(code) ? "not_allowed" : "invalid_data";
  const body = { code, type: types[status] ?? fallback, message: messageOf(refusal) };
  const retryAfter = detail.retryAfter ?? (status === 503 ? 5 : undefined);
  return {
    status,
    headers: {
      "Content-Type": "application/json",
      ...(retryAfter === undefined ? {} : { "Retry-After": String(Math.ceil(retryAfter)) }),
    },
    body: JSON.stringify(body),
  };
}

/** A sentence for a page: the title of the refusal, and which values or rules it is about. */
function messageOf(refusal: Refusal): string {
  if (refusal instanceof MedusaRefusal) return refusal.sentence;
  const { code, detail } = refusal;
  const about = [
    ...(detail.errors?.map(({ pointer }) => pointer) ?? []),
    ...(detail.issues?.map(({ code }) => code) ?? []),
  ];
  return about.length === 0 ? problems[code].title : `${problems[code].title}: ${about.join(", ")}`;
}
