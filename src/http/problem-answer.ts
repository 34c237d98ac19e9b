/** A refusal as an HTTP answer (RFC 9457). */

import type { Refusal } from "../problem.ts";
import type { ProblemCode } from "../problem-codes.ts";
import { problemDocument } from "./problem-document.ts";

const problemType = "application/problem+json";
/** `Retry-After` of a 503 whose refusal names no time; in seconds. */
const defaultRetryAfter = 5;

const challenges: Partial<Record<ProblemCode, string>> = {
  unauthenticated: "Bearer",
  invalid_token: 'Bearer error="invalid_token"',
};

/**
 * Status, headers and body of a refusal, for the app and for the server that runs it.
 * @param publicUrl the URL under which `/problems/{code}` is served.
 */
export function problemAnswer(refusal: Refusal, publicUrl: string, requestId: string) {
  const document = problemDocument(refusal, publicUrl, requestId);
  const headers: Record<string, string> = { "Content-Type": problemType };
  const challenge = challenges[refusal.code];
  if (challenge) headers["WWW-Authenticate"] = challenge;
  const retryAfter = refusal.detail.retryAfter ?? (document.status === 503 ? defaultRetryAfter : undefined);
  if (retryAfter !== undefined) headers["Retry-After"] = String(Math.ceil(retryAfter));
  return {
    status: document.status,
    headers: { ...headers, ...refusal.detail.headers },
    body: JSON.stringify(document),
  };
}
