import { expect, test } from "vitest";
import { createDiscovery } from "../../src/logto/discovery.ts";
import { logtoConfig, testTuning } from "../support/logto.ts";
import { createTestPlatform } from "../support/platform.ts";
import { type Behaviour, flood, hang, json, reset, startUpstream, text } from "../support/upstream.ts";

const route = "GET /oidc/.well-known/openid-configuration";
const hour = 60 * 60_000;

async function start({ totalMs = testTuning.discovery.totalMs, endpoint = "" } = {}) {
  const upstream = await startUpstream();
  const reached = logtoConfig(upstream.origin);
  const logto = endpoint === "" ? reached : { ...reached, endpoint, issuer: `${endpoint}/oidc` };
  upstream.on(route, json(200, { issuer: logto.issuer, jwks_uri: "https://elsewhere.example.test" }));
  const platform = createTestPlatform();
  const tuning = { ...testTuning, discovery: { ...testTuning.discovery, totalMs } };
  const discovery = createDiscovery({ logto, platform, tuning });
  const events = () =>
    platform.lines.map((line) => JSON.parse(line)).map(({ level, event }) => [level, event]);
  return { upstream, platform, discovery, logto, events };
}

test("finds the configured issuer, and logs nothing", async () => {
  const { discovery, events } = await start();
  expect(await discovery.check()).toBe("ok");
  expect(events()).toEqual([]);
});

test("reads the document at the internal address, and compares its issuer with the public one", async () => {
  const { discovery, upstream } = await start({ endpoint: "https://auth.example.test" });
  expect(await discovery.check()).toBe("ok");
  upstream.on(route, json(200, { issuer: `${upstream.origin}/oidc` }));
  expect(await discovery.check()).toBe("mismatch");
});

test.each([
  ["another host", "http://localhost:1/oidc"],
  ["a trailing slash", "SAME/"],
])("warns of an issuer with %s", async (_what, issuer) => {
  const { discovery, upstream, logto, events } = await start();
  upstream.on(route, json(200, { issuer: issuer.replace("SAME", logto.issuer) }));
  expect(await discovery.check()).toBe("mismatch");
  expect(events()).toEqual([["warn", "logto.issuer_mismatch"]]);
});

test.each<[string, Behaviour]>([
  ["a server error", text(500, "Internal Server Error")],
  ["404", text(404, "Not Found")],
  ["a reset", reset],
  ["HTML", text(200, "<html>")],
  ["another document", json(200, { keys: [] })],
  ["70 KB", flood(70_000)],
  ["a redirect", text(302, "", { location: "http://127.0.0.1:1/" })],
  ["no answer", hang],
])("takes %s for a tenant that is unreachable", async (_what, behaviour) => {
  const { discovery, upstream, events } = await start({ totalMs: 1_000 });
  upstream.on(route, behaviour);
  expect(await discovery.check()).toBe("unreachable");
  expect(events()).toEqual([["warn", "logto.unreachable"]]);
});

test("logs a change once, however often it is checked", async () => {
  const { discovery, upstream, logto, events } = await start();
  const answers = [
    json(200, { issuer: logto.issuer }),
    json(200, { issuer: "https://other.example.test/oidc" }),
    text(503, "down"),
    json(200, { issuer: logto.issuer }),
  ];
  for (const answer of answers) {
    upstream.on(route, answer);
    for (let check = 0; check < 5; check += 1) await discovery.check();
  }
  expect(events()).toEqual([
    ["warn", "logto.issuer_mismatch"],
    ["warn", "logto.unreachable"],
    ["info", "logto.issuer_ok"],
  ]);
  expect(upstream.count(route)).toBe(20);
});

test("is due at the start, after an hour, and as long as the tenant is unreachable", async () => {
  const { discovery, upstream, platform } = await start();
  expect(discovery.isDue()).toBe(true);
  await discovery.check();
  platform.advance(hour - 1);
  expect(discovery.isDue()).toBe(false);
  platform.advance(1);
  expect(discovery.isDue()).toBe(true);
  upstream.on(route, text(503, "down"));
  await discovery.check();
  expect(discovery.isDue()).toBe(true);
});

test("starts one check in a few seconds for readiness, however many ask", async () => {
  const { discovery, upstream, platform } = await start();
  expect(await discovery.recent()).toBe("ok");
  upstream.on(route, text(503, "down"));
  for (let call = 0; call < 50; call += 1) expect(await discovery.recent()).toBe("ok");
  expect(upstream.count(route)).toBe(1);
  platform.advance(testTuning.discovery.recentMs);
  await Promise.all(Array.from({ length: 50 }, () => discovery.recent()));
  expect(await discovery.recent()).toBe("unreachable");
  expect(upstream.count(route)).toBe(2);
});

test("does not keep readiness waiting for a tenant that does not answer", async () => {
  const { discovery, upstream, platform } = await start({ totalMs: 2_000 });
  await discovery.check();
  upstream.on(route, hang);
  expect(await discovery.recent()).toBe("ok");
  await platform.idle();
  platform.advance(testTuning.discovery.recentMs);
  expect(await discovery.recent()).toBe("unreachable");
});
