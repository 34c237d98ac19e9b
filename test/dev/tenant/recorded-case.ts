import { readFileSync } from "node:fs";
import * as z from "zod";

/** A sign-in, up to a stage of it. */
const flowSchema = z.object({
  stage: z.enum([
    "auth",
    "started",
    "verified",
    "identified",
    "submitted",
    "consented",
    "coded",
    "redeemed",
    "signedIn",
  ]),
  as: z.string(),
  by: z.enum(["username", "email", "phone"]).default("username"),
  proof: z.enum(["password", "code"]).default("password"),
  client: z.enum(["web", "spa", "otherWeb"]).default("web"),
  /** What the first access token is for. */
  audience: z.enum(["userinfo", "api"]).default("userinfo"),
  /** Sign-ins in one browser share its cookies. */
  browser: z.string().default("first"),
  /** Whether the ID token has expired since. */
  expires: z.boolean().default(false),
  /** Changes to the authorization request; `null` leaves a parameter out. */
  params: z.record(z.string(), z.string().nullable()).default({}),
  /** A user whose password is verified too, in the same interaction. */
  also: z.string().optional(),
  /** Whether a second authorization request has replaced the first. */
  restart: z.boolean().default(false),
});

const requestSchema = z.object({
  method: z.string(),
  path: z.string(),
  /** The credentials of the caller: see `credentials.ts`. */
  auth: z.string(),
  type: z.string().optional(),
  headers: z.record(z.string(), z.string()).default({}),
  /** Whether the cookies of the browser are sent, or the names of those that are not. */
  cookies: z.union([z.boolean(), z.string().array()]).default(false),
  browser: z.string().default("first"),
  body: z.unknown().optional(),
});

/** A call that leads to the state of a case. */
const callSchema = requestSchema.extend({
  /** Whether the tenant refuses it. */
  refused: z.boolean().default(false),
  /** Placeholders to set, each from the first group of a pattern in the location or the body of the answer. */
  capture: z.record(z.string(), z.string()).default({}),
});

const givenSchema = z.object({
  users: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  others: z.record(z.string(), z.unknown()).array().default([]),
  missing: z.string().array().default([]),
  settings: z.record(z.string(), z.unknown()).default({}),
  /** Members of the sign-in experience that differ from the default. */
  signInExperience: z.record(z.string(), z.unknown()).default({}),
  /** Codes sent: recipient and how many. */
  sent: z.tuple([z.string(), z.number()]).array().default([]),
  wrongCodes: z.number().default(0),
  /** Members of applications that differ. */
  applications: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  /** Headers that a browser sends with every request. */
  browsers: z.record(z.string(), z.record(z.string(), z.string())).default({}),
  flows: flowSchema.array().default([]),
  /** Wrong passwords tried on the sign-in page: type, identifier and how many. */
  failures: z.tuple([z.string(), z.string(), z.number()]).array().default([]),
  /** How many seconds ago the sessions were opened. */
  sessionAge: z.number().default(0),
  /** A model of oidc-provider whose entries have expired. */
  expired: z.string().optional(),
  /** What the receiver of webhooks and logout tokens answers. */
  receiverStatus: z.number().default(200),
  calls: callSchema.array().default([]),
  laterMs: z.number().default(0),
  organization: z.string().array().optional(),
});

const stateSchema = z.object({
  name: z.string(),
  given: givenSchema.default(givenSchema.parse({})),
});

const answerSchema = z.object({
  status: z.number(),
  headers: z.record(z.string(), z.union([z.string(), z.string().array()])).default({}),
  etag: z.boolean().default(false),
  body: z.unknown().optional(),
  /** Claims of the ID token, and of the access token, in the body. */
  idToken: z.record(z.string(), z.unknown()).optional(),
  accessToken: z.record(z.string(), z.unknown()).optional(),
});

const callCaseSchema = stateSchema.extend({ request: requestSchema, expect: answerSchema });

const flowCaseSchema = stateSchema.extend({
  /** Calls of one sign-in, in order. Each named one is a recorded case. */
  steps: z
    .object({ names: z.string().array().default([]), request: callSchema, expect: answerSchema })
    .array(),
});

const deliveryCaseSchema = stateSchema.extend({
  /** What Logto sent to a webhook or to a back-channel address, in place of an answer. */
  delivered: z.object({
    path: z.string(),
    headers: z.record(z.string(), z.string()).default({}),
    /** The JSON body, or header and claims of the logout token. */
    body: z.record(z.string(), z.unknown()),
  }),
});

const caseSchema = z.union([callCaseSchema, flowCaseSchema, deliveryCaseSchema]);

/** A call that was made to a running Logto, the state before it, and the answer. */
type CallCase = z.infer<typeof callCaseSchema>;
/** Calls that were made one after the other. */
type FlowCase = z.infer<typeof flowCaseSchema>;
export type RecordedAnswer = z.infer<typeof answerSchema>;
/** What a running Logto sent to somebody else, and the state that led to it. */
export type DeliveryCase = z.infer<typeof deliveryCaseSchema>;
export type RecordedRequest = z.infer<typeof requestSchema>;
export type Flow = z.infer<typeof flowSchema>;
export type Call = z.infer<typeof callSchema>;
export type Given = z.infer<typeof givenSchema>;

/** Every recorded case. `:name` stands for an id or a secret of this tenant. */
export function recordedCases(): (CallCase | FlowCase | DeliveryCase)[] {
  const lines = readFileSync(new URL("./recorded-cases.jsonl", import.meta.url), "utf8")
    .trim()
    .split("\n");
  return lines.map((line) => caseSchema.parse(JSON.parse(line, expandLongText)));
}

/** `aaa…(900 chars)` stands for 900 characters: the last one shown is repeated. */
function expandLongText(_key: string, value: unknown): unknown {
  if (typeof value !== "string") return value;
  const [, start, length] = /^(.+)…\((\d+) chars\)$/s.exec(value) ?? [];
  return start === undefined ? value : start.padEnd(Number(length), start.slice(-1));
}
