/** Every refusal of this service: its status, its title and what a caller can do about it (RFC 9457). */

type Entry = { status: number; title: string; help: string };

/** The only table of codes: a code that is not here does not compile, and `/problems/{code}` shows its entry. */
export const problems = {
  malformed_json: {
    status: 400,
    title: "The body is not well-formed JSON",
    help: "Send one JSON text in UTF-8 without duplicate keys, `__proto__`, lone surrogates or U+0000.",
  },
  bad_request: {
    status: 400,
    title: "The request cannot be understood",
    help: "Check the query parameters and headers: unknown or repeated ones are refused. A body may be nested 8 levels deep and hold 200 keys; `errors` says which of these it exceeds, and where.",
  },
  code_incorrect: {
    status: 400,
    title: "The verification code is not right",
    help: "Compare it with the newest message; `attemptsLeft` says how many tries remain for this code.",
  },
  code_expired: {
    status: 400,
    title: "There is no live verification code for this address",
    help: "Ask for a new code: one lives for ten minutes and works once, for the person who asked for it.",
  },
  unauthenticated: {
    status: 401,
    title: "Sign in first",
    help: "Send an access token for this API in the Authorization header, scheme Bearer.",
  },
  invalid_token: {
    status: 401,
    title: "The access token is not accepted",
    help: "Fetch a new access token for this API's resource indicator and repeat the call.",
  },
  insufficient_scope: {
    status: 403,
    title: "The access token lacks a scope",
    help: "Ask the authorization server for `profile:read` or `profile:write`, whichever the call needs.",
  },
  user_token_required: {
    status: 403,
    title: "This API serves people, not machines",
    help: "Use an access token issued to a person, not one from the client-credentials grant.",
  },
  user_suspended: {
    status: 403,
    title: "This account is suspended",
    help: "Contact the people who run this service.",
  },
  step_up_required: {
    status: 403,
    title: "Prove once more that it is you",
    help: "Verify your password or a code sent to an address you already have, then repeat the call with the `Verification-Id` header. `methods` lists what this account can use.",
  },
  csrf: {
    status: 403,
    title: "The request did not come from our own page",
    help: "A call on a cookie session carries the header `X-CSRF: 1` and this site's own origin.",
  },
  not_found: { status: 404, title: "There is nothing here", help: "Compare the path with /openapi.json." },
  method_not_allowed: {
    status: 405,
    title: "This path does not take that method",
    help: "The `Allow` header lists the methods it takes.",
  },
  request_timeout: {
    status: 408,
    title: "The request took too long to arrive",
    help: "Send the whole request within ten seconds.",
  },
  identifier_taken: {
    status: 409,
    title: "Another account already has this identifier",
    help: "Choose another username, e-mail address or phone number.",
  },
  factor_required: {
    status: 409,
    title: "The last second factor has to stay",
    help: "This service demands a second factor: set up another one first.",
  },
  last_identifier: {
    status: 409,
    title: "This is the account's only way to sign in",
    help: "Add another identifier first, then remove this one.",
  },
  deletion_refused: {
    status: 409,
    title: "This account cannot be deleted now",
    help: "The people who run this service hold it back; `errors` says why, if they do.",
  },
  idempotency_conflict: {
    status: 409,
    title: "This Idempotency-Key was used for another request",
    help: "Use a new key for a new request, and the same body when repeating one.",
  },
  changed_since: {
    status: 409,
    title: "This has been changed again since",
    help: "GET /me/undo lists what can still be undone: of each field, the last change.",
  },
  version_conflict: {
    status: 412,
    title: "The document has changed since you read it",
    help: "Read it again, reapply your change, and send the new ETag in If-Match.",
  },
  body_too_large: {
    status: 413,
    title: "The body is too large",
    help: "A body may hold at most 65,536 bytes.",
  },
  uri_too_long: { status: 414, title: "The URL is too long", help: "A URL may hold at most 8,192 bytes." },
  unsupported_media_type: {
    status: 415,
    title: "This media type is not accepted",
    help: "Send `application/json` in UTF-8 without a content encoding; PATCH also takes `application/merge-patch+json`.",
  },
  validation_failed: {
    status: 422,
    title: "A value is not valid",
    help: "`errors` names each value by its JSON pointer; /me/schema describes what is accepted.",
  },
  unknown_field: {
    status: 422,
    title: "A field is not known here",
    help: "`errors` names it; /me/schema lists the fields there are.",
  },
  read_only_field: {
    status: 422,
    title: "A field cannot be changed here",
    help: "`errors` names it; /me/schema marks read-only fields.",
  },
  identifier_unproven: {
    status: 422,
    title: "The new address is not proven to be yours",
    help: "Send a code to it with POST /me/verification-codes, verify the code, then repeat the change within ten minutes.",
  },
  password_rejected: {
    status: 422,
    title: "The password does not meet the policy",
    help: "`issues` says which rules it breaks.",
  },
  password_incorrect: {
    status: 422,
    title: "The password is not right",
    help: "Try again; after five wrong tries the check is locked for a while.",
  },
  picture_refused: {
    status: 422,
    title: "This file is not taken as a picture",
    help: "`errors` says why. Send one still JPEG, PNG or WebP of at most 512 by 512 pixels and 128 KiB, whole and with nothing behind it.",
  },
  card_number_refused: {
    status: 422,
    title: "Full card numbers are never stored here",
    help: "Store the payment provider's token, the brand, the last four digits and the expiry instead.",
  },
  too_many_attempts: {
    status: 429,
    title: "Too many attempts",
    help: "Wait for the seconds in `Retry-After`, then try again.",
  },
  too_many_requests: {
    status: 429,
    title: "Too many requests",
    help: "Wait for the seconds in `Retry-After`, then try again.",
  },
  headers_too_large: {
    status: 431,
    title: "The request headers are too large",
    help: "Headers may hold at most 16,384 bytes in all.",
  },
  internal: {
    status: 500,
    title: "Something went wrong here",
    help: "Repeat the call later; quote the request id when you report it.",
  },
  data_integrity: {
    status: 500,
    title: "Stored data failed its integrity check",
    help: "Quote the request id to the people who run this service: nothing was shown or changed.",
  },
  upstream_invalid: {
    status: 502,
    title: "The identity provider answered something unexpected",
    help: "Repeat the call later.",
  },
  upstream_unavailable: {
    status: 503,
    title: "The identity provider is unavailable",
    help: "Wait for the seconds in `Retry-After`, then repeat the call.",
  },
  storage_unavailable: {
    status: 503,
    title: "The database is unavailable",
    help: "Wait for the seconds in `Retry-After`, then repeat the call.",
  },
  upstream_timeout: {
    status: 504,
    title: "The identity provider did not answer in time",
    help: "Nothing was changed; repeat the call.",
  },
  outcome_unknown: {
    status: 504,
    title: "Whether the change took effect is not known yet",
    help: "It is settled within a minute: read the document again before repeating the change.",
  },
} as const satisfies Record<string, Entry>;

export type ProblemCode = keyof typeof problems;

export const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(problems, code);

/** Every code, in the order of the table. */
export const problemCodes: readonly ProblemCode[] = Object.keys(problems).filter(isProblemCode);
