import type { MutatedFolder } from "../mutant.ts";

const fetches = "src/logto/bounded-fetch.ts";
const exchange = "src/exchange.ts";
const bulkhead = "src/logto/bulkhead.ts";
const budget = "src/logto/call-budget.ts";
const management = "src/logto/management.ts";
const transport = "src/logto/transport.ts";
const token = "src/logto/m2m-token.ts";
const request = "src/logto/token-request.ts";
const shared = "src/logto/shared-token.ts";
const keys = "src/logto/signing-keys.ts";
const jwks = "src/logto/jwks.ts";
const discovery = "src/logto/discovery.ts";
const retryAfter = "src/logto/retry-after.ts";

const ofFetches = ["test/logto/bounded-answers"];
const ofCalls = ["test/logto/management.test", "test/logto/management-outages"];
const ofTokens = ["test/logto/m2m-token"];
const ofKeys = ["test/logto/signing-keys"];

export const logtoCalls: MutatedFolder = {
  folder: "src/logto",
  tests: ofCalls,
  mutants: [
    {
      file: fetches,
      tests: ofFetches,
      find: '{ ...init, redirect: "manual" }',
      replace: "init",
      wrong: "redirects are followed",
    },
    {
      file: exchange,
      tests: ofFetches,
      find: "size > maxBytes",
      replace: "size > 2 * maxBytes",
      wrong: "answers may be twice as long",
    },
    {
      file: fetches,
      tests: [...ofFetches, "test/me/password/password"],
      find: "if (isRedirect(response) && !answersRedirects) {",
      replace: "if (isRedirect(response) && response.status !== 303 && !answersRedirects) {",
      wrong: "one kind of redirect is an answer",
    },
    {
      file: fetches,
      tests: ofCalls,
      find: 'neverConnected(cause) ? "no" : "maybe"',
      replace: '"maybe"',
      wrong: "a refused connection may have been a call",
    },
    {
      file: fetches,
      tests: ofCalls,
      find: 'neverConnected(cause) ? "no" : "maybe"',
      replace: '"no"',
      wrong: "a connection that broke was surely no call",
    },
    {
      file: transport,
      find: 'error.kind === "network" && (method === "get" || error.sent === "no")',
      replace: 'error.kind === "network"',
      wrong: "a write is repeated after a reset",
    },
    {
      file: transport,
      find: 'throwHttpErrors: (status) => method === "get" && retriedStatuses.includes(status)',
      replace: "throwHttpErrors: (status) => retriedStatuses.includes(status)",
      wrong: "a write is repeated after 503",
      changesNothing:
        "`isPassing` refuses every repeat of a write that was answered; the option only spares ky the error",
    },
    {
      file: transport,
      find: "(retryAfterMs(error.response.headers) ?? 0) <= tuning.retryAfterMs",
      replace: "true",
      wrong: "a call waits for a Retry-After of an hour",
    },
    {
      file: transport,
      tests: ["test/logto/users-scripted"],
      find: "if (now > sendBy) throw",
      replace: "if (platform.monotonic() > sendBy + 60_000) throw",
      wrong: "a call is sent after its deadline",
    },
    {
      file: transport,
      find: "timeout: totalMs,\n        totalTimeout",
      replace: "timeout: 60_000,\n        totalTimeout",
      wrong: "one attempt may take a minute",
      changesNothing: "the total time-out covers every attempt",
    },
    {
      file: transport,
      find: "!isPassing(error, method, tuning) || !mayRepeat()",
      replace: "!isPassing(error, method, tuning)",
      wrong: "calls are repeated while the breaker is open",
    },
    {
      file: management,
      find: "(reply.status >= 400 && reply.status < 500 && reply.status !== 429)",
      replace: "(reply.status >= 400 && reply.status < 500)",
      wrong: "a limit of Logto's is a definite refusal",
    },
    {
      file: management,
      find: 'if (status === 403 && code === "auth.forbidden")',
      replace: "if (status === 403)",
      wrong: "any 403 is the credential's",
    },
    {
      file: management,
      find: "    this.#token.accepted(token);\n",
      replace: "",
      wrong: "a token that works does not count as proven",
    },
    {
      file: management,
      find: "path !== this.#brokenPath && ",
      replace: "",
      wrong: "a broken record is asked for three times",
    },
    {
      file: management,
      find: 'if (status === 401 && !isProviders(reply)) throw new UpstreamFailure("upstream_invalid", { sent: "no" });',
      replace: "",
      wrong: "a second 401 is Logto's answer about the call",
    },
    {
      file: management,
      find: 'if (!parsed.success) throw new UpstreamFailure("upstream_invalid", { sent: "maybe" });',
      replace: 'if (!parsed.success) throw new UpstreamFailure("upstream_invalid", { sent: "no" });',
      wrong: "an unreadable answer says that nothing was done",
    },
    {
      file: management,
      find: "(await this.#budget.admit(payer, sendBy)).send();",
      replace: "",
      wrong: "a repeat after 401 is not counted",
      tests: [...ofCalls, "test/logto/call-budget"],
    },
    {
      file: management,
      find: "      turn.release();\n",
      replace: "",
      wrong: "a call that was not sent counts",
      tests: [...ofCalls, "test/logto/call-budget"],
    },
    {
      file: management,
      find: "Math.max(1, Math.ceil((retryAfterMs(headers) ?? fallback * 1_000) / 1_000))",
      replace: "fallback",
      wrong: "Logto's Retry-After is not passed on",
    },
    {
      file: bulkhead,
      tests: ["test/logto/bulkhead", "test/logto/management-outages"],
      find: 'if (this.#slots.isFull() && hasStalled) throw this.#notSent("bulkhead", 1_000);',
      replace: "",
      wrong: "callers queue behind calls that have stalled",
    },
    {
      file: bulkhead,
      tests: ["test/logto/bulkhead", "test/logto/management-outages"],
      find: "error instanceof UpstreamFailure && error.outage",
      replace: "error instanceof UpstreamFailure",
      wrong: "one broken record opens the breaker",
    },
    {
      file: bulkhead,
      tests: ["test/logto/bulkhead"],
      find: "if (state === CircuitState.HalfOpen && now >= this.#probingUntil) this.#breaker = this.#newBreaker();\n    else if",
      replace: "if",
      wrong: "a probe whose request was stopped blocks the endpoint for ever",
    },
    {
      file: bulkhead,
      tests: ["test/logto/bulkhead"],
      find: "this.#lanes ? this.#lanes.run(payer, inSlot) : inSlot()",
      replace: "inSlot()",
      wrong: "one person takes all slots",
    },
    {
      file: budget,
      tests: ["test/logto/call-budget"],
      find: "if (now + ms > deadline) throw",
      replace: "if (now + ms > deadline + 60_000) throw",
      wrong: "a caller waits a minute for a share",
    },
    {
      file: budget,
      tests: ["test/logto/call-budget"],
      find: "return used < share;",
      replace: "return used < free;",
      wrong: "people leave nothing to the service",
    },
    {
      file: budget,
      tests: ["test/logto/call-budget"],
      find: "    if (mayCall) this.#window.add(payer, now);\n",
      replace: "",
      wrong: "repeats are not counted",
    },
    {
      file: budget,
      tests: ["test/logto/call-budget"],
      find: "Math.min(now + this.#waitMs, sendBy)",
      replace: "now + this.#waitMs",
      wrong: "a call waits past its deadline",
    },
    {
      file: token,
      tests: ofTokens,
      find: "if (this.#held?.value !== token) return;",
      replace: "",
      wrong: "a late 403 for an old token ends the new one",
    },
    {
      file: token,
      tests: ofTokens,
      find: "if (held?.value === rejected) {",
      replace: "if (held) {",
      wrong: "a late 401 for an old token ends the new one",
    },
    {
      file: token,
      tests: ofTokens,
      find: "if (!this.#mayRequest()) throw this.#unavailable();",
      replace: "",
      wrong: "every caller asks a token endpoint that fails",
    },
    {
      file: token,
      tests: ofTokens,
      find: "refreshAt: from + 0.8 * lifeMs",
      replace: "refreshAt: from + lifeMs",
      wrong: "a token is replaced only once it has expired",
    },
    {
      file: token,
      tests: ofTokens,
      find: "if (tooSoon) throw",
      replace: "if (tooSoon && held.proven) throw",
      wrong: "an API that takes no token makes one request after the other",
    },
    {
      file: token,
      tests: ofTokens,
      find: "Math.max(pause, retryAfterMs)",
      replace: "pause",
      wrong: "the endpoint's Retry-After is not honoured",
    },
    {
      file: token,
      tests: ofTokens,
      find: "1_000 * 2 ** (attempts - 1), this.#times.longestBackoffMs",
      replace: "1_000, this.#times.longestBackoffMs",
      wrong: "pauses do not grow",
    },
    {
      file: token,
      tests: ofTokens,
      find: 'problem === "bad_credential" ? this.#times.badCredentialMs : backoff',
      replace: "backoff",
      wrong: "a refused credential is tried every second",
    },
    {
      file: token,
      tests: ofTokens,
      find: "if (isGood === this.#isCredentialGood) return;",
      replace: "",
      wrong: "the log repeats what it has said",
    },
    {
      file: request,
      tests: ofTokens,
      find: 'if (!answer.scope?.split(" ").includes("all")) throw new LacksScope();',
      replace: "",
      wrong: "a token without the scope is used",
    },
    {
      file: request,
      tests: ofTokens,
      find: "(inside ?? Number.POSITIVE_INFINITY) * 1000, longestLifeMs",
      replace: "longestLifeMs",
      wrong: "a token is held beyond its own end",
    },
    {
      file: request,
      tests: ofTokens,
      find: "[400, 401, 403].includes(error.status)",
      replace: "[400, 401].includes(error.status)",
      wrong: "403 of the token endpoint is an outage",
    },
    {
      file: shared,
      tests: ["test/logto/shared-token"],
      find: "if (stored && stored.value !== superseded) return stored;",
      replace: "if (stored) return stored;",
      wrong: "a refused token is taken from the row again",
    },
    {
      file: shared,
      tests: ["test/logto/shared-token"],
      find: "  if (pause) throw pause;\n",
      replace: "",
      wrong: "a pause holds for one instance alone",
    },
    {
      file: shared,
      tests: ["test/logto/shared-token"],
      find: "return requestUnderClaim(request, superseded).finally(release);",
      replace: "return requestUnderClaim(request, superseded);",
      wrong: "a claim is not given back",
    },
    {
      file: keys,
      tests: ofKeys,
      find: "const spent = now - this.#unknownKidFetchAt < unknownKidMs;",
      replace: "const spent = false;",
      wrong: "every invented key id costs a fetch",
    },
    {
      file: keys,
      tests: ofKeys,
      find: "if (this.#isCold() || this.#mustRenew()) return false;",
      replace: "if (this.#isCold()) return false;",
      wrong: "a verified token outlives the removal of its key",
    },
    {
      file: keys,
      tests: ofKeys,
      find: "if (found.alg !== alg) throw",
      replace: 'if (alg === "none") throw',
      wrong: "a key is used under another algorithm",
    },
    {
      file: keys,
      tests: ofKeys,
      find: "return this.#set.age() >= this.#times.outageMs;",
      replace: "return this.#set.age() === Number.POSITIVE_INFINITY;",
      wrong: "keys are used for ever while the tenant is away",
    },
    {
      file: keys,
      tests: ofKeys,
      find: "    this.#unknownKidFetchAt = now;\n    if (justFetched) return;",
      replace: "    this.#unknownKidFetchAt = now;",
      wrong: "a cold start fetches the key set twice for an unknown id",
    },
    {
      file: jwks,
      tests: ofKeys,
      find: "  d: z.never().optional(),\n",
      replace: "",
      wrong: "a private key is taken",
    },
    {
      file: jwks,
      tests: ofKeys,
      find: 'use: z.literal("sig").optional()',
      replace: "use: z.string().optional()",
      wrong: "a key for encryption verifies signatures",
    },
    {
      file: discovery,
      tests: ["test/logto/discovery"],
      find: 'issuer === this.#logto.issuer ? "ok" : "mismatch"',
      replace: '"ok"',
      wrong: "another issuer is not noticed",
    },
    {
      file: retryAfter,
      tests: ["test/logto/management.test", "test/logto/m2m-token"],
      find: "Math.min(longestMs, Math.max(0, wait))",
      replace: "Math.max(0, wait)",
      wrong: "a Retry-After of a year is passed on",
    },
    {
      file: retryAfter,
      tests: ["test/logto/management.test", "test/logto/m2m-token"],
      find: "Date.parse(value) - Date.now()",
      replace: "Number.NaN",
      wrong: "a Retry-After that is a date counts as none",
    },
  ],
};
