/** A refusal: the code of an expected failure, and what goes with it. */
import type { ProblemCode } from "./problem-codes.ts";

/** One error in the input: where it is (RFC 6901 pointer), which rule it breaks, and a sentence for people. */
export type FieldError = { pointer: string; code: string; message: string };

type HeaderFault = "missing" | "wrong_scheme" | "too_long" | "opaque" | "malformed" | "forbidden_header";
type KeyFault = "wrong_typ" | "wrong_algorithm" | "unknown_key" | "bad_signature";
type ClaimFault = "wrong_issuer" | "wrong_audience" | "bound_token" | "bad_subject" | "bad_client";
type StateFault =
  | "not_yet_valid"
  | "expired"
  | "lifetime_too_long"
  | "unknown_person"
  | "erased_person"
  | "ended_session";

/** Why a request answered 401. The log says it to the operator; the caller is not told. */
export type CredentialFault = HeaderFault | KeyFault | ClaimFault | StateFault;

/** What a refusal can carry beside its code. Nothing here ever comes from an upstream message. */
export type RefusalDetail = {
  errors?: FieldError[];
  methods?: string[];
  issues?: { code: string; params?: Record<string, string | number> }[];
  attemptsLeft?: number;
  /** Of every 401. It is not in the answer. */
  reason?: CredentialFault;
  /** The state of each part that `/readyz` checks. */
  checks?: Record<string, string>;
  /** Seconds after which a repeat may succeed, sent as `Retry-After`. */
  retryAfter?: number;
  /** Further response headers, such as `Allow` or `WWW-Authenticate`. */
  headers?: Record<string, string>;
};

/** An expected failure; anything else that is thrown is a bug and answers 500. */
export class Refusal extends Error {
  readonly code: ProblemCode;
  readonly detail: RefusalDetail;

  constructor(code: ProblemCode, detail: RefusalDetail = {}, options?: ErrorOptions) {
    super(code, options);
    this.name = "Refusal";
    this.code = code;
    this.detail = detail;
  }
}
