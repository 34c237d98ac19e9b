/** The tenant's key set changes, does not answer, and is asked for key ids that anybody can invent. */
import { randomBytes } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import { useService } from "../support/fixtures.ts";
import { expectRefusal, expectRefused } from "../support/refusals.ts";
import { type Answer, startService } from "../support/service.ts";

const minute = 60_000;
const jwks = /^\/oidc\/jwks$/;

const service = useService();
afterEach(() => service.tenant.faults.clear());

const ask = (token: string): Promise<Answer> =>
  service.anonymous("GET", "/me/has-password", undefined, { authorization: `Bearer ${token}` });
const statusOf = async (token: string) => (await ask(token)).status;
const freshStatus = async () => statusOf(await service.token("alice"));
const fetches = () => service.tenant.requests.count("GET", jwks);

/** A token that names a key of this id; the key that signs it is the tenant's, so that only the id is wrong. */
const underKey = async (kid: string) => {
  const iat = Math.floor(service.platform.now() / 1000);
  const { issuer: iss } = service.config.logto;
  const who = { iss, aud: service.config.apiResource, sub: service.userId("alice"), client_id: "spa-client" };
  return service.tenant.sign({ ...who, scope: "profile:read", iat, exp: iat + 3600 }, { kid });
};
const flood = async (count: number) => {
  const tokens = await Promise.all(
    Array.from({ length: count }, () => underKey(randomBytes(9).toString("base64url"))),
  );
  return Promise.all(tokens.map(statusOf));
};

test("200 invented key ids cost one fetch in 30 seconds, at once or one by one", async () => {
  expect(await freshStatus()).toBe(200);
  service.platform.advance(31_000);
  service.tenant.requests.clear();
  expect(new Set(await flood(150))).toEqual(new Set([401]));
  for (let round = 0; round < 5; round += 1) {
    service.platform.advance(5000);
    expect(new Set(await flood(10))).toEqual(new Set([401]));
  }
  expect(fetches()).toBe(1);
});

test("200 invented key ids cost one fetch while the key set answers 503, and known keys still work", async () => {
  service.platform.advance(31_000);
  service.tenant.faults.add({ match: { path: jwks }, status: 503 });
  service.tenant.requests.clear();
  expect(new Set(await flood(150))).toEqual(new Set([401]));
  service.platform.advance(29_000);
  expect(new Set(await flood(50))).toEqual(new Set([401]));
  expect(fetches()).toBe(1);
  expect(await freshStatus()).toBe(200);
});

test("a malformed key id causes no fetch", async () => {
  service.platform.advance(31_000);
  service.tenant.requests.clear();
  for (const kid of ["../../etc/passwd", "x' OR 1=1 --", "k".repeat(5000), "__proto__ ", ""]) {
    expectRefusal(await ask(await underKey(kid)), 401, "invalid_token");
  }
  expect(fetches()).toBe(0);
});

test("a new key is learnt with one fetch, and tokens of the old one stay valid", async () => {
  const old = await service.token("alice");
  service.platform.advance(31_000);
  await service.tenant.rotateKeys();
  service.tenant.requests.clear();
  const tokens = await Promise.all(Array.from({ length: 20 }, () => service.token("alice")));
  expect(new Set(await Promise.all(tokens.map(statusOf)))).toEqual(new Set([200]));
  expect(fetches()).toBe(1);
  expect(await statusOf(old)).toBe(200);
});

test("a key that is withdrawn is refused within ten minutes, for cached tokens too", async () => {
  const remembered = await service.token("alice");
  expect(await statusOf(remembered)).toBe(200);
  await service.tenant.rotateKeys({ keepOld: false });
  service.platform.advance(10 * minute);
  expectRefusal(await ask(remembered), 401, "invalid_token");
  expect(await freshStatus()).toBe(200);
});

test("known keys are used for an hour without the key set, and not for a day", async () => {
  service.tenant.faults.add({ match: { path: jwks }, status: 503 });
  for (let passed = 0; passed < 60; passed += 6) {
    service.platform.advance(6 * minute);
    expect(await freshStatus()).toBe(200);
  }
  service.platform.advance(24 * 60 * minute);
  expectRefusal(await ask(await service.token("alice")), 503, "upstream_unavailable");
  service.tenant.faults.clear();
  service.platform.advance(10_000);
  expect(await freshStatus()).toBe(200);
});

test.each<[string, object]>([
  ["503", { status: 503 }],
  ["nothing but a reset", { action: "reset" }],
  ["HTML", { headers: { "content-type": "text/html" }, body: "<h1>down</h1>" }],
  ["no keys in its JSON", { body: "{}" }],
  ["1 MB", { body: " ".repeat(1_000_000) }],
])("a cold start with a key set of %s refuses everybody, and recovers by itself", async (_name, fault) => {
  const { tenant } = service;
  tenant.faults.add({ match: { path: jwks }, ...fault });
  const cold = await startService({ tenant });
  try {
    const me = cold.as("alice");
    const answer = await expectRefused(cold, [503, "upstream_unavailable"], () => me("GET", "/me"));
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    tenant.faults.clear();
    cold.platform.advance(10_000);
    expect((await me("GET", "/me")).status).toBe(200);
  } finally {
    await cold.close();
  }
});
