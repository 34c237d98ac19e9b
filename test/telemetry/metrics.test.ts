/** `/metrics`: what Prometheus reads of a service that runs, when all is well and at each fault. */
import { afterEach, expect, test } from "vitest";
import { parseConfig } from "../../src/config.ts";
import { families } from "../../src/telemetry/families.ts";
import { signedInBrowser, useSessionService } from "../support/browser-session.ts";
import { eventually } from "../support/instances.ts";
import { breakerPause } from "../support/logto.ts";
import { newPassword } from "../support/people.ts";
import { type Scrape, scrape } from "../support/scrape.ts";
import { type Call, call, stepUp } from "../support/service.ts";

const service = useSessionService({ METRICS_PORT: "0" });
/** Of every scrape so far: what never shows is not measured. */
const seen = new Set<string>();

async function now(): Promise<Scrape> {
  const read = await scrape(service.metricsUrl);
  for (const name of read.names) seen.add(name);
  return read;
}
const alice: Call = (...request) => service.as("alice")(...request);
const fresh = { "cache-control": "no-cache" };

afterEach(() => {
  service.tenant.faults.clear();
  service.platform.advance(11_000);
});

test("requests are counted by route, status and time, and what no route serves has no name of its own", async () => {
  const before = await now();
  await alice("GET", "/me");
  await alice("GET", "/me");
  await alice("PATCH", "/me", { name: "" });
  await service.anonymous("PROPFIND", "/coffee/alice");
  const after = await now();
  const grown = (line: string) => after.value(line) - before.value(line);
  expect(grown('profile_bff_requests_total{method="GET",route="/me",status="200"}')).toBe(2);
  expect(grown('profile_bff_request_seconds_count{method="GET",route="/me"}')).toBe(2);
  expect(grown('profile_bff_request_seconds_bucket{method="GET",route="/me",le="+Inf"}')).toBe(2);
  expect(grown('profile_bff_requests_total{method="any",route="none",status="404"}')).toBe(1);
  expect(grown('profile_bff_refusals_total{code="not_found",reason=""}')).toBe(1);
  expect(after.text).not.toMatch(/PROPFIND|coffee/);
});

test("a 401 is counted by its reason, which the caller is not told", async () => {
  await service.anonymous("GET", "/me", undefined, { authorization: "Bearer opaque" });
  expect((await now()).value('profile_bff_refusals_total{code="invalid_token",reason="opaque"}')).toBe(1);
});

test("a malformed request, which no route sees, is counted as a refusal", async () => {
  const before = await now();
  expect((await call(service.url, "GET", "/me/../me%2f")).status).toBe(404);
  const after = await now();
  const line = 'profile_bff_refusals_total{code="not_found",reason=""}';
  expect(after.value(line)).toBe(before.value(line) + 1);
});

test("caches say what they hold, and how often they had it", async () => {
  await alice("GET", "/me");
  const before = await now();
  const token = await service.token("alice");
  await service.as("alice", { token })("GET", "/me");
  await service.as("alice", { token })("GET", "/me");
  const after = await now();
  for (const cache of ["access_tokens", "user_snapshots", "documents"]) {
    expect(after.value(`profile_bff_cache_hits_total{cache="${cache}"}`)).toBeGreaterThan(
      before.value(`profile_bff_cache_hits_total{cache="${cache}"}`),
    );
    expect(after.value(`profile_bff_cache_entries{cache="${cache}"}`)).toBeGreaterThan(0);
  }
  expect(after.value('profile_bff_cache_misses_total{cache="access_tokens"}')).toBeGreaterThan(0);
});

test("calls to Logto are counted by endpoint and outcome, also those that nobody answers", async () => {
  const before = await now();
  const path = /^\/api\/users\/\w+$/;
  service.tenant.faults.add({ match: { path, times: 1 }, status: 404, body: "{}" });
  await alice("GET", "/me", undefined, fresh);
  service.tenant.faults.add({ match: { path, times: 1 }, action: "reset" });
  await alice("GET", "/me", undefined, fresh);
  const after = await now();
  const grown = (outcome: string) => {
    const line = `profile_bff_logto_requests_total{call="getUser",outcome="${outcome}"}`;
    return after.value(line) - before.value(line);
  };
  expect({ refused: grown("refused"), unreachable: grown("unreachable"), ok: grown("ok") }).toEqual({
    refused: 1,
    unreachable: 1,
    ok: 1,
  });
  expect(after.value('profile_bff_logto_requests_total{call="token",outcome="ok"}')).toBeGreaterThan(0);
  expect(after.value('profile_bff_logto_requests_total{call="jwks",outcome="ok"}')).toBeGreaterThan(0);
  expect(after.text).not.toContain('call="other"');
});

test("an outage of Logto opens the breaker of the endpoint, and what is not sent is counted", async () => {
  const state = 'profile_bff_logto_breaker_state{call="setPassword"}';
  const getUser = 'profile_bff_logto_breaker_state{call="getUser"}';
  expect((await now()).value(getUser)).toBe(0);
  service.tenant.faults.add({ match: { path: /^\/api\/users\// }, status: 503 });
  for (let times = 0; times < 8; times += 1) await alice("GET", "/me", undefined, fresh);
  const after = await now();
  expect(after.value(getUser)).toBe(2);
  expect(after.value(state)).toBe(0);
  expect(after.value('profile_bff_logto_not_sent_total{by="breaker"}')).toBeGreaterThan(0);
});

test("a limit that refuses is counted by its name, without the person", async () => {
  const verify = () => service.as("bob")("POST", "/me/password/verify", { password: "wrong" });
  for (let times = 0; times < 6; times += 1) await verify();
  const { value, text } = await now();
  expect(value('profile_bff_limits_hit_total{limit="password:user"}')).toBe(1);
  expect(text).not.toContain(service.userId("bob"));
});

test("the machine-to-machine token and the tenant's keys show how they are, also when Logto refuses the credential", async () => {
  await breakerPause();
  await alice("GET", "/me", undefined, fresh);
  const before = await now();
  expect(before.value("profile_bff_m2m_token_missing")).toBe(0);
  expect(before.value("profile_bff_m2m_credential_refused")).toBe(0);
  expect(before.value("profile_bff_signing_keys")).toBeGreaterThan(0);
  service.platform.advance(7 * 60_000);
  expect((await now()).value("profile_bff_signing_keys_age_seconds")).toBeGreaterThan(419);
  const body = JSON.stringify({ error: "invalid_client" });
  service.tenant.faults.add({ match: { path: /^\/oidc\/token$/ }, status: 401, body });
  service.platform.advance(2 * 3_600_000);
  await alice("GET", "/me");
  const after = await now();
  expect(after.value("profile_bff_m2m_token_missing")).toBe(1);
  expect(after.value("profile_bff_m2m_credential_refused")).toBe(1);
  service.platform.advance(60_000);
});

test("a tenant that calls itself by another issuer shows", async () => {
  expect((await now()).value("profile_bff_issuer_mismatch")).toBe(0);
  const body = JSON.stringify({ issuer: "https://elsewhere.example/oidc" });
  service.tenant.faults.add({ match: { path: /openid-configuration$/ }, body });
  service.platform.advance(10_000);
  await eventually(async () => {
    await service.anonymous("GET", "/readyz");
    return (await now()).value("profile_bff_issuer_mismatch") === 1;
  });
});

test("a change whose fate is not known waits in the journal, and its age grows with the clock", async () => {
  const match = { method: "PATCH", path: /^\/api\/users\// };
  service.tenant.faults.add({ match, action: "reset", after: true });
  expect((await alice("PATCH", "/me", { name: "Alice", business: { gender: "f" } })).status).toBe(504);
  service.platform.advance(90_000);
  const { value } = await now();
  expect(value("profile_bff_journal_entries")).toBe(1);
  expect(value("profile_bff_journal_oldest_seconds")).toBeGreaterThanOrEqual(90);
  service.tenant.faults.clear();
  await alice("PATCH", "/me", { name: "Alice" });
  expect((await now()).value("profile_bff_journal_entries")).toBe(0);
});

test("sessions that are still to end at Logto are counted by person, and cookie sessions that live", async () => {
  await signedInBrowser(service, "carol");
  expect((await now()).value("profile_bff_sessions")).toBe(1);
  const proof = await stepUp(service, "carol");
  service.tenant.faults.add({ match: { path: /^\/api\/users\/\w+\/sessions/ }, status: 500 });
  expect((await service.as("carol")("PATCH", "/me/password", { password: newPassword }, proof)).status).toBe(
    200,
  );
  const { value } = await now();
  expect(value("profile_bff_revocations_outstanding")).toBe(1);
});

test("background jobs are counted by how they ended", async () => {
  const { value } = await now();
  expect(value('profile_bff_job_runs_total{job_name="recovery",outcome="done"}')).toBeGreaterThan(0);
});

test("the process shows its time, its memory, and how late its event loop is", async () => {
  const { value } = await now();
  expect(value("process_cpu_seconds_total")).toBeGreaterThan(0.1);
  expect(value("process_resident_memory_bytes")).toBeGreaterThan(1_000_000);
  expect(value('nodejs_eventloop_delay_seconds{quantile="0.99"}')).toBeGreaterThan(0);
});

test("every metric that there is has shown", () => {
  const names = Object.values(families).map(({ name }) => name);
  expect(names.filter((name) => !seen.has(name))).toEqual([]);
});

test("the public port knows no metrics, and their port knows nothing else and no other machine", async () => {
  expect((await call(service.url, "GET", "/metrics")).status).toBe(404);
  const { origin, hostname } = new URL(service.metricsUrl);
  expect(hostname).toBe("127.0.0.1");
  expect((await call(origin, "GET", "/me")).status).toBe(404);
  expect((await call(origin, "POST", "/metrics")).status).toBe(405);
  const { metrics, ...rest } = parseConfig({ ...service.environment, METRICS_PORT: "9464" });
  expect(metrics).toEqual({ host: "127.0.0.1", port: 9464 });
  expect(parseConfig({ ...service.environment, METRICS_PORT: "" })).toMatchObject({
    ...rest,
    metrics: undefined,
  });
  const onePort = { ...service.environment, METRICS_PORT: "3000", PORT: "3000" };
  expect(() => parseConfig(onePort)).toThrow("METRICS_PORT must be another port than PORT");
});
