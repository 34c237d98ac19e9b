import type { Refusal } from "../problem.ts";
import { problems } from "../problem-codes.ts";

/**
 * Builds the problem document of RFC 9457 for a refusal. Response headers and the reason for the log are not in it.
 * @param publicUrl the URL under which `/problems/{code}` is served.
 */
export function problemDocument(refusal: Refusal, publicUrl: string, requestId: string) {
  const { status, title } = problems[refusal.code];
  const { headers: _headers, retryAfter: _retryAfter, reason: _reason, ...members } = refusal.detail;
  return {
    type: `${publicUrl}/problems/${refusal.code}`,
    title,
    status,
    code: refusal.code,
    requestId,
    ...members,
  };
}
