import { decodeJwt, decodeProtectedHeader } from "jose";
import { expect } from "vitest";
import * as z from "zod";
import type { Placeholders } from "./placeholders.ts";
import type { Delivery } from "./receiver.ts";
import type { DeliveryCase, RecordedAnswer } from "./recorded-case.ts";

/** Human sentences are not in the recordings. */
const sentences = new Set(["message", "error_description", "description"]);
/** Random values and times: only their type is compared. */
const volatile = new Set([
  ...["id", "createdAt", "updatedAt", "lastSignInAt", "expiresAt", "created_at", "updated_at", "enabledAt"],
  ...[
    "exp",
    "iat",
    "nbf",
    "jti",
    "auth_time",
    "sessionId",
    "hookId",
    "uid",
    "sid",
    "grantId",
    "loginTs",
    "ip",
    "userAgent",
  ],
  ...["verificationId", "signingKey", "kid", "x", "y", "codes", "request_uri"],
]);

/** Fails unless an answer has the recorded status, headers and body. */
export async function compareAnswer(
  response: Response,
  { status, headers, etag, body, idToken, accessToken }: RecordedAnswer,
  placeholders: Placeholders,
  call = "",
): Promise<void> {
  const text = await response.text();
  const actual = { call, status: response.status, text: response.status === status ? "" : text };
  expect(actual).toEqual({ call, status, text: "" });
  for (const [name, value] of Object.entries(headers)) compareHeader(response, name, value, placeholders);
  if (etag) expect(response.headers.get("etag")).toMatch(/^"[0-9a-f]+-[\w+/=]{27}"$/);
  expect(response.headers.get("logto-core-request-id")).toMatch(/^\w+$/);
  if (body === undefined) {
    if (text.startsWith("{")) expect(JSON.parse(text)).not.toHaveProperty("code");
    return;
  }
  const json = response.headers.get("content-type")?.includes("json") ?? false;
  const given: unknown = json ? JSON.parse(text) : text;
  const recorded = placeholders.resolve(body);
  expect(align(given, recorded, placeholders), call).toEqual(recorded);
  if (idToken) compareMembers(decodeJwt(textMember(given, "id_token")), idToken, placeholders);
  if (accessToken) compareMembers(decodeJwt(textMember(given, "access_token")), accessToken, placeholders);
}

/** Fails unless a delivery has the recorded headers and body. */
export function compareDelivery(
  { headers, body }: Delivery,
  { delivered }: DeliveryCase,
  placeholders: Placeholders,
): void {
  compareMembers(headers, delivered.headers, placeholders);
  const token = new URLSearchParams(body).get("logout_token");
  if (token === null) {
    const recorded = placeholders.resolve(delivered.body);
    expect(align(JSON.parse(body), recorded, placeholders)).toEqual(recorded);
  } else {
    const parts = { header: decodeProtectedHeader(token), claims: decodeJwt(token) };
    const recorded = placeholders.resolve(delivered.body);
    expect(align(parts, recorded, placeholders)).toEqual(recorded);
  }
}

function textMember(body: unknown, name: string): string {
  return z
    .record(z.string(), z.unknown())
    .transform((members) => String(members[name]))
    .parse(body);
}

/** Compares the members that are recorded. */
function compareMembers(
  actual: Record<string, unknown>,
  members: Record<string, unknown>,
  placeholders: Placeholders,
): void {
  const recorded = placeholders.resolve(members);
  expect(align(actual, recorded, placeholders)).toMatchObject(z.looseObject({}).parse(recorded));
}

function compareHeader(
  response: Response,
  name: string,
  value: string | string[],
  placeholders: Placeholders,
): void {
  if (Array.isArray(value)) {
    const names = response.headers.getSetCookie().map((cookie) => cookie.split("=")[0]);
    expect(new Set(names)).toEqual(new Set(value));
    return;
  }
  const withoutSentence = (text: string) => text.replace(/error_description=[^&]*/, "error_description=…");
  const recorded = withoutSentence(placeholders.resolveText(value));
  const actual = placeholders.learnAddress(recorded, withoutSentence(response.headers.get(name) ?? ""));
  expect({ [name]: actual }).toEqual({ [name]: recorded });
}

/**
 * The answer as a recording would show it: without sentences, and with random values replaced by the recorded
 * ones where their types agree.
 */
function align(actual: unknown, recorded: unknown, placeholders: Placeholders, key = ""): unknown {
  const named = typeof recorded === "string" && placeholders.isValue(recorded);
  const volatileKey = volatile.has(key) && !named;
  if (typeof recorded === "string" && typeof actual === "string") {
    if (recorded.startsWith("<") && actual !== "") return recorded;
    if (!volatileKey) return placeholders.learnAddress(recorded, actual);
    placeholders.learn(recorded, actual);
  }
  if (volatileKey && kind(actual) === kind(recorded)) return recorded;
  if (Array.isArray(actual)) {
    const parts: unknown[] = Array.isArray(recorded) ? recorded : [];
    return actual.map((part, index) => align(part, parts[index], placeholders));
  }
  if (!isRecord(actual)) return actual;
  const known = isRecord(recorded) ? recorded : {};
  const entries = Object.entries(actual).filter(([name]) => !sentences.has(name));
  return Object.fromEntries(
    entries.map(([name, part]) => [name, align(part, known[name], placeholders, name)]),
  );
}

function kind(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
