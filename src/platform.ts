/** What each runtime provides: time, the network, work that requests share, and work after the answer. */

import type { CreateCipher } from "./ciphers.ts";
import type { Digests } from "./digests.ts";
import type { Exchange } from "./exchange.ts";

export type Platform = {
  /** Milliseconds since the epoch. Tests move it. */
  now(): number;
  /** Milliseconds on a clock that never goes back; only differences mean something. */
  monotonic(): number;
  fetch: typeof fetch;
  exchange: Exchange;
  /** Lets requests for the same key share one run of the work, if the runtime allows requests to share. */
  coalesce: Coalesce;
  /** Runs the work of one key in the order of arrival, if the runtime allows one request to wait for another. */
  queue: Queue;
  digests: Digests;
  cipher: CreateCipher;
  /** Writes one line to the log; the line has no line break. */
  write(line: string): void;
  /** Lets work continue after the answer is sent. A failure of the work is ignored. */
  defer(work: Promise<unknown>): void;
  /** Counts what happens, for whoever runs the service. Undefined where nobody asks. */
  metrics?: Metrics;
  /** Surrounds the steps of requests. Undefined where nobody looks. */
  around?: Around;
  /** Sends mail through the server of an `smtp:` or `smtps:` URL. Undefined where the runtime cannot. */
  mailer?(url: string): SendMail;
};

/** A message in plain text to one address. */
export type Mail = {
  from: string;
  to: string;
  subject: string;
  text: string;
  /** BCP 47. */
  language: string;
};

/** What became of a message. `fault` is a code of the sender, `status` one of the server; neither names anybody. */
export type MailOutcome = { sent: true } | { sent: false; tries: number; fault: string; status?: number };

/** Sends a message, and tries again a few times where that may help. It never throws. */
export type SendMail = (mail: Mail) => Promise<MailOutcome>;

/** Runs `work`. If work of the same key is already running, shares its result instead. */
export type Coalesce = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/** Runs `work` after all earlier work of the same key. */
export type Queue = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/**
 * A step of a request that leaves the process: a request to Logto, or statements that the database runs together.
 * `name` says which endpoint, or which statement of which table.
 */
export type Step = { kind: "logto" | "database"; name: string };

/** Does a step. @param work gets the headers that a request to Logto carries on. */
export type Around = <T>(
  step: Step,
  work: (headers: Readonly<Record<string, string>>) => Promise<T>,
) => Promise<T>;

/** How a request was answered. Nothing here comes from what a caller sent, but the pattern that it matched. */
export type Answered = {
  method: string;
  /** Undefined where no route serves the request. */
  route: string | undefined;
  status: number;
  ms: number;
};

/** What is counted, and what its labels say. Every label comes from a list in the code: none names or quotes anybody. */
export type Counter =
  /** The code of the refusal; the reason of a 401, otherwise "". */
  | "refusals"
  /** Which limit of `src/verification/limits.ts` refused. */
  | "limitsHit"
  /** Which budget was used up. */
  | "budgetsHit"
  /** What kept a call to Logto from being sent. */
  | "logtoNotSent"
  /** The background job; how its run ended. */
  | "jobRuns"
  /** What became of a notice: sent, failed (and tried again), given up. */
  | "notices";

/** What is read at each scrape, with the labels that `src/telemetry/families.ts` lists. */
export type Gauge =
  | "logtoBreaker"
  | "logtoCallsRunning"
  | "logtoCallsWaiting"
  | "m2mTokenMissing"
  | "m2mCredentialRefused"
  | "signingKeys"
  | "signingKeysAge"
  | "issuerMismatch"
  | "journalEntries"
  | "journalOldest"
  | "revocations"
  | "noticesWaiting"
  | "noticesOldest"
  | "sessions"
  | "processCpu"
  | "processMemory"
  | "processStart"
  | "heapUsed"
  | "eventLoopDelay";

export type Reading = readonly [gauge: Gauge, value: number, ...labels: string[]];

export type CacheUse = { entries: number; hits: number; misses: number };

export type Metrics = {
  answered(answered: Answered): void;
  /** Counts one request to Logto. @param outcome of a closed list. @param ms until its answer came. */
  called(endpoint: string, outcome: string, ms: number): void;
  count(counter: Counter, ...labels: string[]): void;
  /** @param read is called at each scrape. Where it throws, the scrape lacks its readings. */
  watch(read: () => readonly Reading[] | Promise<readonly Reading[]>): void;
  watchCache(name: string, read: () => CacheUse): void;
};
