import { readFileSync } from "node:fs";
import * as z from "zod";

const flowSchema = z.object({
  stage: z.enum(["auth", "started", "verified", "identified", "submitted", "consented", "coded", "signedIn"]),
  as: z.string(),
  by: z.enum(["username", "email", "phone"]).default("username"),
  /** Changes to the authorization request; `null` leaves a parameter out. */
  params: z.record(z.string(), z.string().nullable()).default({}),
  /** Somebody who signed in before, in the same cookie jar. */
  after: z.string().optional(),
  /** Somebody whose password is verified as well, in the same interaction. */
  also: z.string().optional(),
  /** Whether a second authorization request has replaced the first. */
  restart: z.boolean().default(false),
});

/** What happens between the sign-in and the call. */
const eventSchema = z.object({
  suspend: z.string().optional(),
  revoke: z.string().optional(),
  expire: z.string().optional(),
  /** A sign-out page asked for, and whether it was confirmed. */
  endSession: z.object({ path: z.string(), confirm: z.record(z.string(), z.string()).optional() }).optional(),
  call: z.object({ method: z.string(), path: z.string(), body: z.unknown().optional() }).optional(),
});

const givenSchema = z.object({
  users: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  others: z.record(z.string(), z.unknown()).array().default([]),
  missing: z.string().array().default([]),
  settings: z.record(z.string(), z.unknown()).default({}),
  /** Codes sent: recipient and how many. */
  sent: z.tuple([z.string(), z.number()]).array().default([]),
  wrongCodes: z.number().default(0),
  /** Wrong passwords tried on the sign-in page: type, identifier and how many. */
  failures: z.tuple([z.string(), z.string(), z.number()]).array().default([]),
  laterMs: z.number().default(0),
  organization: z.string().array().optional(),
  flow: flowSchema.optional(),
  event: eventSchema.optional(),
});

const requestSchema = z.object({
  method: z.string(),
  path: z.string(),
  /** Who calls: see `credentials.ts`. */
  auth: z.string(),
  type: z.string().optional(),
  headers: z.record(z.string(), z.string()).default({}),
  /** Whether the flow's cookies go along, or which of them do not. */
  cookies: z.union([z.boolean(), z.string().array()]).default(false),
  body: z.unknown().optional(),
});

const caseSchema = z.object({
  name: z.string(),
  given: givenSchema.default(givenSchema.parse({})),
  request: requestSchema,
  expect: z.object({
    status: z.number(),
    headers: z.record(z.string(), z.union([z.string(), z.string().array()])).default({}),
    etag: z.boolean().default(false),
    body: z.unknown().optional(),
  }),
});

/** One call made to a running Logto, what held before it, and how it was answered. */
export type RecordedCase = z.infer<typeof caseSchema>;
export type Flow = z.infer<typeof flowSchema>;
export type FlowEvent = z.infer<typeof eventSchema>;
export type Given = z.infer<typeof givenSchema>;

/** Every recorded case. Names that start with a colon stand for ids and secrets of the tenant at hand. */
export function recordedCases(): RecordedCase[] {
  const lines = readFileSync(new URL("./recorded-cases.jsonl", import.meta.url), "utf8")
    .trim()
    .split("\n");
  return lines.map((line) => caseSchema.parse(JSON.parse(line, expandLongText)));
}

/** `aaa…(900 chars)` stands for 900 characters, the last one shown repeated. */
function expandLongText(_key: string, value: unknown): unknown {
  if (typeof value !== "string") return value;
  const [, start, length] = /^(.*)…\((\d+) chars\)$/s.exec(value) ?? [];
  return start === undefined ? value : start.padEnd(Number(length), start.slice(-1));
}
