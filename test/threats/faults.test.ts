import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Fault } from "../../dev/tenant/http/faults.ts";
import { useInstance, useService } from "../support/fixtures.ts";
import { eventually, startInstance } from "../support/instances.ts";
import { breakerPause, testTuning } from "../support/logto.ts";
import type { Answer } from "../support/service.ts";

const service = useService();
/** Another instance, with a tenth of production's time-out for Logto. */
const hasty = useInstance(service, { tuning: { ...testTuning, totalMs: 500 } });
const alice = service.as("alice");
beforeEach(async () => {
  await alice("GET", "/me");
  await service.as("alice", { url: hasty.url })("GET", "/me");
  service.tenant.requests.clear();
});
afterEach(async () => {
  service.tenant.faults.clear();
  // The pauses of the token and the keys, and that of a breaker.
  service.platform.advance(60_000);
  await breakerPause();
});

const oneUser = /^\/api\/users\/\w+$/;
const fresh = { "cache-control": "no-cache" };
const read = (call = alice) => call("GET", "/me", undefined, fresh);
const fail = (fault: Omit<Fault, "match">, match: Partial<Fault["match"]> = {}) =>
  service.tenant.faults.add({ match: { path: oneUser, ...match }, ...fault });
const count = (method: string, path = oneUser) => service.tenant.requests.count(method, path);
const shown = ({ status, body }: Answer) => [status, body.code];

describe("the M2M token", () => {
  test("is asked for once by five hundred callers who arrive while it takes three seconds", async () => {
    service.tenant.faults.add({ match: { path: /^\/oidc\/token$/ }, delayMs: 3_000 });
    service.tenant.requests.clear();
    // Longer than production's five seconds: five hundred callers and their service share this machine.
    const tuning = { ...testTuning, tokenMs: 15_000, totalMs: 15_000 };
    const cold = await startInstance(service, { tuning });
    const calls = ["alice", "bob", "carol", "dave"].map((name) => service.as(name, { url: cold.url }));
    const answers = await Promise.all(
      Array.from({ length: 500 }, (_, index) => (calls[index % calls.length] ?? alice)("GET", "/me")),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(count("POST", /^\/oidc\/token$/)).toBe(1);
    await cold.close();
  });

  test("is renewed once for a hundred requests that meet its revocation, and all succeed", async () => {
    service.tenant.revokeM2mTokens();
    const answers = await Promise.all(Array.from({ length: 100 }, () => read()));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(count("POST", /^\/oidc\/token$/)).toBe(1);
  });

  test("is not renewed again and again where the API takes none", async () => {
    fail({ status: 401, body: '{"code":"auth.unauthorized"}' });
    expect(shown(await read())).toEqual([502, "upstream_invalid"]);
    expect(count("GET")).toBe(2);
  });
});

describe("a read", () => {
  test("waits once where Logto says two seconds", async () => {
    // Timers of one process run in order: this one always before the end of a pause of two seconds.
    setTimeout(fail({ status: 429, headers: { "retry-after": "2" } }), 1_900);
    expect((await read()).status).toBe(200);
    expect(count("GET")).toBe(2);
  });

  test("is refused at once where Logto says an hour, before one is repeated that waits two seconds", async () => {
    const userOf = (username: string) => new RegExp(`/users/${service.userId(username)}$`);
    const ofBob = userOf("bob");
    const ofAlice = userOf("alice");
    fail({ status: 429, headers: { "retry-after": "2" } }, { path: ofBob, times: 1 });
    fail({ status: 429, headers: { "retry-after": "3600" } }, { path: ofAlice });
    const waiting = read(service.as("bob"));
    await eventually(() => count("GET", ofBob) > 0);
    const answer = await read();
    expect(shown(answer)).toEqual([503, "upstream_unavailable"]);
    expect(answer.headers.get("retry-after")).toBe("3600");
    expect([count("GET", ofAlice), count("GET", ofBob)]).toEqual([1, 1]);
    expect((await waiting).status).toBe(200);
  });

  test.each<[string, Omit<Fault, "match">]>([
    ["a passing 503", { status: 503, body: "busy" }],
    ["a connection that breaks under it", { action: "reset" }],
  ])("is repeated after %s", async (_what, fault) => {
    fail(fault, { times: 1 });
    expect((await read()).status).toBe(200);
    expect(count("GET")).toBe(2);
  });

  test("is given up when the tenant does not answer", async () => {
    fail({ action: "blackhole" });
    expect(shown(await read(service.as("alice", { url: hasty.url })))).toEqual([504, "upstream_timeout"]);
  });

  test.each([
    ["HTML", "<html>oops</html>"],
    ["broken JSON", '{"id":"devalice'],
    ["JSON of another shape", '{"id":5}'],
    ["fifty megabytes", JSON.stringify({ id: "x".repeat(50_000_000) })],
  ])("answered by %s is a 502 that quotes nothing of it", async (_what, body) => {
    fail({ status: 200, body });
    const answer = await read();
    expect(shown(answer)).toEqual([502, "upstream_invalid"]);
    expect(answer.text).not.toMatch(/oops|devalice|xxx/);
  });

  test("does not wait while another endpoint hangs", async () => {
    const crawling = /check-password$/;
    const gate = Promise.withResolvers<void>();
    fail({ gate: gate.promise }, { path: crawling });
    const checks = Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        service.as(index % 2 ? "alice" : "bob")("POST", "/me/password/check", {
          password: "Rainy-Harbour-27",
        }),
      ),
    );
    await eventually(() => count("POST", crawling) > 3);
    for (let reads = 0; reads < 20; reads += 1) expect((await read()).status).toBe(200);
    gate.resolve();
    await checks;
  });
});

test("a write that Logto answers with 503 is sent once, and its outcome is unknown", async () => {
  fail({ status: 503, body: "busy" }, { method: "PATCH", times: 1 });
  expect(shown(await alice("PATCH", "/me", { name: "Once" }))).toEqual([504, "outcome_unknown"]);
  expect(count("PATCH")).toBe(1);
});
