import { setTimeout as sleep } from "node:timers/promises";
import { type LogtoConfig, Secret } from "../../src/config.ts";
import { createCallBudget } from "../../src/logto/call-budget.ts";
import { createM2mToken } from "../../src/logto/m2m-token.ts";
import { createManagement } from "../../src/logto/management.ts";
import { type LogtoTuning, productionTuning } from "../../src/logto/tuning.ts";
import { createTestPlatform } from "./platform.ts";
import { json, startUpstream } from "./upstream.ts";

const { large, small } = productionTuning.bulkheads;
/** In production a full bulkhead refuses callers after a second without progress. A busy machine needs longer. */
const patienceMs = 15_000;

/** More than a test calls. The tests of the budget itself set their own. */
export const callsPer10s = 100_000;

/**
 * Production's sizes and time-outs, a longer wait for a slot, and shorter pauses. Only a test in which Logto stays
 * silent shortens a time-out, and only the one it is about.
 */
export const testTuning: LogtoTuning = {
  ...productionTuning,
  queueMs: patienceMs,
  bulkheads: { large: { ...large, stallMs: patienceMs }, small: { ...small, stallMs: patienceMs } },
  latestReads: { ...productionTuning.latestReads, burst: 100_000 },
  retryMs: 10,
  breaker: { failures: 5, halfOpenMs: 150 },
};

/** Waits until an open breaker lets a call through again. */
export const breakerPause = () => sleep(testTuning.breaker.halfOpenMs + 50);

export const logtoConfig = (endpoint: string): LogtoConfig => ({
  endpoint,
  internalEndpoint: endpoint,
  issuer: `${endpoint}/oidc`,
  managementApi: "https://default.logto.app/api",
  m2m: { appId: "m2m-application", appSecret: new Secret("m2m-secret") },
});

/** A token answer as Logto gives it; each call of the behaviour issues another token. */
export const issueTokens = (changes: Record<string, unknown> = {}) => {
  let issued = 0;
  const answer = () => {
    issued += 1;
    return {
      access_token: `token-${issued}`,
      expires_in: 3600,
      token_type: "Bearer",
      scope: "all",
      ...changes,
    };
  };
  return (...[received, response]: Parameters<ReturnType<typeof json>>) =>
    json(200, answer())(received, response);
};

export const someUser = {
  id: "u1",
  username: "ann",
  primaryEmail: "ann@example.test",
  primaryPhone: null,
  name: "Ann",
  avatar: null,
  customData: {},
  identities: {},
  lastSignInAt: null,
  createdAt: 1_790_000_000_000,
  updatedAt: 1_790_000_000_000,
  profile: {},
  applicationId: null,
  isSuspended: false,
  hasPassword: true,
};

/** The client against a scripted Logto that issues tokens and knows `u1`. */
export async function startLogto(tuning: LogtoTuning = testTuning) {
  const upstream = await startUpstream();
  upstream.on("POST /oidc/token", issueTokens());
  upstream.on("GET /api/users/u1", json(200, someUser));
  const platform = createTestPlatform();
  const logto = logtoConfig(upstream.origin);
  const token = createM2mToken({ logto, platform, tuning });
  const budget = createCallBudget({ calls: callsPer10s, waitMs: tuning.budgetMs, platform });
  const management = createManagement({ logto, platform, token, budget, tuning });
  return { upstream, platform, token, management };
}
