/** Every metric: its name, what it means, and what its labels are. Nothing else is ever shown. */
import type { Counter, Gauge } from "../platform.ts";

export type Family = {
  name: string;
  type: "counter" | "gauge" | "histogram";
  help: string;
  labels: readonly string[];
  /** What several processes of one machine show together: the sum, or the largest value. */
  across: "sum" | "max";
};

type Unnamed = Pick<Family, "help"> & { name: string; labels?: readonly string[]; across?: Family["across"] };

const family =
  (type: Family["type"]) =>
  ({ name, help, labels = [], across = "sum" }: Unnamed): Family => ({ name, help, labels, across, type });
const counter = family("counter");
const gauge = family("gauge");
const histogram = family("histogram");
/** The state of something that the processes share, or of which the worst counts. */
const worst = (unnamed: Unnamed) => gauge({ ...unnamed, across: "max" });

const counters = {
  refusals: counter({
    name: "profile_bff_refusals_total",
    help: "Refusals by their code, and for a 401 its reason.",
    labels: ["code", "reason"],
  }),
  limitsHit: counter({
    name: "profile_bff_limits_hit_total",
    help: "Attempts that a limit on passwords or codes refused.",
    labels: ["limit"],
  }),
  budgetsHit: counter({
    name: "profile_bff_budgets_hit_total",
    help: "Requests that a used-up budget refused: calls of a person, or calls to Logto.",
    labels: ["budget"],
  }),
  logtoNotSent: counter({
    name: "profile_bff_logto_not_sent_total",
    help: "Calls to Logto that were not made: the breaker was open, the bulkhead full, the budget used up.",
    labels: ["by"],
  }),
  jobRuns: counter({
    name: "profile_bff_job_runs_total",
    help: "Runs of background jobs by how they ended.",
    labels: ["job_name", "outcome"],
  }),
  notices: counter({
    name: "profile_bff_notices_total",
    help: "Tries to send a notice by how they ended: sent, failed, given_up.",
    labels: ["outcome"],
  }),
} satisfies Record<Counter, Family>;

const ofLogto = {
  logtoBreaker: worst({
    name: "profile_bff_logto_breaker_state",
    help: "The circuit breaker of an endpoint: 0 closed, 1 half open, 2 open.",
    labels: ["call"],
  }),
  logtoCallsRunning: gauge({
    name: "profile_bff_logto_calls_running",
    help: "Calls to an endpoint that have a slot of its bulkhead.",
    labels: ["call"],
  }),
  logtoCallsWaiting: gauge({
    name: "profile_bff_logto_calls_waiting",
    help: "Calls to an endpoint that wait for a slot.",
    labels: ["call"],
  }),
  m2mTokenMissing: worst({
    name: "profile_bff_m2m_token_missing",
    help: "1 while there is no machine-to-machine token that has not expired.",
  }),
  m2mCredentialRefused: worst({
    name: "profile_bff_m2m_credential_refused",
    help: "1 while Logto refuses the machine-to-machine credential.",
  }),
  signingKeys: worst({
    name: "profile_bff_signing_keys",
    help: "Public keys of the tenant that are known.",
  }),
  signingKeysAge: worst({
    name: "profile_bff_signing_keys_age_seconds",
    help: "How long ago the tenant's keys were fetched. Without any, there is no such line.",
  }),
  issuerMismatch: worst({
    name: "profile_bff_issuer_mismatch",
    help: "1 while the tenant calls itself by another issuer than the configuration.",
  }),
};

const gauges = {
  ...ofLogto,
  journalEntries: worst({
    name: "profile_bff_journal_entries",
    help: "Changes that were begun and are not settled; above a thousand, a thousand.",
  }),
  journalOldest: worst({
    name: "profile_bff_journal_oldest_seconds",
    help: "The age of the oldest of them; 0 where there is none.",
  }),
  revocations: worst({
    name: "profile_bff_revocations_outstanding",
    help: "People whose old sessions are still to end at Logto; above a thousand, a thousand.",
  }),
  noticesWaiting: worst({
    name: "profile_bff_notices_waiting",
    help: "Notices that are not sent yet; above a thousand, a thousand.",
  }),
  noticesOldest: worst({
    name: "profile_bff_notices_oldest_seconds",
    help: "How long the oldest of them has waited; 0 where there is none.",
  }),
  sessions: worst({
    name: "profile_bff_sessions",
    help: "Cookie sessions that are live; above ten thousand, ten thousand.",
  }),
  processCpu: counter({ name: "process_cpu_seconds_total", help: "Processor time, of user and system." }),
  processMemory: gauge({ name: "process_resident_memory_bytes", help: "Memory that the process has." }),
  processStart: worst({
    name: "process_start_time_seconds",
    help: "When the process started; of several, the last one.",
  }),
  heapUsed: gauge({ name: "nodejs_heap_used_bytes", help: "What of V8's heap is in use." }),
  eventLoopDelay: worst({
    name: "nodejs_eventloop_delay_seconds",
    help: "How late the event loop was since the scrape before.",
    labels: ["quantile"],
  }),
} satisfies Record<Gauge, Family>;

export const families = {
  requests: counter({
    name: "profile_bff_requests_total",
    help: "Requests by the pattern of their route. Those that no route serves have the route none.",
    labels: ["method", "route", "status"],
  }),
  requestSeconds: histogram({
    name: "profile_bff_request_seconds",
    help: "Time until the answer was ready.",
    labels: ["method", "route"],
  }),
  logtoRequests: counter({
    name: "profile_bff_logto_requests_total",
    help: "Requests to Logto, repeats included, by what came back.",
    labels: ["call", "outcome"],
  }),
  logtoSeconds: histogram({
    name: "profile_bff_logto_request_seconds",
    help: "Time until Logto's answer.",
    labels: ["call"],
  }),
  cacheEntries: gauge({
    name: "profile_bff_cache_entries",
    help: "What is kept in memory.",
    labels: ["cache"],
  }),
  cacheHits: counter({
    name: "profile_bff_cache_hits_total",
    help: "Look-ups that found something to use.",
    labels: ["cache"],
  }),
  cacheMisses: counter({
    name: "profile_bff_cache_misses_total",
    help: "Look-ups that did not.",
    labels: ["cache"],
  }),
  ...counters,
  ...gauges,
} satisfies Record<string, Family>;

export type FamilyName = keyof typeof families;

export const familyNames: readonly FamilyName[] = Object.keys(families).filter((name): name is FamilyName =>
  Object.hasOwn(families, name),
);
