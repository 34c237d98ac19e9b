/** What every refusal must be, whoever makes it: the app, the server beneath it, or the parser beneath that. */
import { expect } from "vitest";
import type { ProblemCode } from "../../src/problem-codes.ts";
import { upstreamWrites } from "./people.ts";
import type { Answer, TestService } from "./service.ts";

/** The headers of every answer, refusals included. */
export function expectStandardHeaders(headers: Headers): void {
  expect(Object.fromEntries(headers)).toMatchObject({
    "strict-transport-security": expect.stringMatching(/^max-age=63072000\b/),
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    vary: "Origin, Cookie, Authorization",
    "cache-control": "no-store",
    "x-request-id": expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
}

/** Asserts a problem document of this status and code, in full and with every header. */
export function expectRefusal(answer: Answer, status: number, code: ProblemCode): void {
  expect({ status: answer.status, code: answer.body?.code }).toEqual({ status, code });
  expectStandardHeaders(answer.headers);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(answer.body).toMatchObject({
    type: `https://profile.example.test/problems/${code}`,
    title: expect.any(String),
    status,
    requestId: answer.headers.get("x-request-id"),
  });
}

/** Asserts that a token was refused as a token, with the challenge that says so (RFC 6750, section 3.1). */
export function expectInvalidToken(answer: Answer): void {
  expectRefusal(answer, 401, "invalid_token");
  expect(answer.headers.get("www-authenticate")).toBe('Bearer error="invalid_token"');
}

/** Acts, and asserts that it was refused without a write at Logto. @returns the answer, for more to be checked. */
export async function expectRefused(
  service: Pick<TestService, "tenant">,
  [status, code]: readonly [number, ProblemCode],
  act: () => Promise<Answer>,
): Promise<Answer> {
  const before = upstreamWrites(service).length;
  const answer = await act();
  expectRefusal(answer, status, code);
  expect(upstreamWrites(service)).toHaveLength(before);
  return answer;
}
