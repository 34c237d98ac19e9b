import { expect, test } from "vitest";
import { createM2mToken } from "../../src/logto/m2m-token.ts";
import type { LogtoTuning } from "../../src/logto/tuning.ts";
import { issueTokens, logtoConfig, testTuning } from "../support/logto.ts";
import { createTestPlatform } from "../support/platform.ts";
import {
  type Behaviour,
  behind,
  hang,
  inTurn,
  json,
  reset,
  startUpstream,
  text,
} from "../support/upstream.ts";

const route = "POST /oidc/token";

async function start(tuning = testTuning) {
  const upstream = await startUpstream();
  upstream.on(route, issueTokens());
  const platform = createTestPlatform();
  const token = createM2mToken({ logto: logtoConfig(upstream.origin), platform, tuning });
  return { upstream, platform, token };
}

const refused = (sent: "no" | "maybe", code = "upstream_unavailable") =>
  expect.objectContaining({ name: "UpstreamFailure", code, sent });

test("asks with Basic credentials for the Management API and the scope all", async () => {
  const { upstream, token } = await start();
  expect(await token.get()).toBe("token-1");
  const [request] = upstream.received;
  expect(request?.headers.authorization).toBe(`Basic ${btoa("m2m%2Dapplication:m2m%2Dsecret")}`);
  expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
    grant_type: "client_credentials",
    resource: "https://default.logto.app/api",
    scope: "all",
  });
});

test("makes one request for 500 cold callers of a slow token endpoint", async () => {
  const { upstream, token } = await start();
  const gate = Promise.withResolvers<void>();
  upstream.on(route, behind(gate.promise, issueTokens()));
  const tokens = Promise.all(Array.from({ length: 500 }, () => token.get()));
  await expect.poll(() => upstream.count(route)).toBe(1);
  gate.resolve();
  expect(new Set(await tokens)).toEqual(new Set(["token-1"]));
  expect(upstream.count(route)).toBe(1);
});

test("refreshes from 80 % of the life on, and no caller waits", async () => {
  const { upstream, platform, token } = await start();
  await token.get();
  platform.advance(2_879_000);
  await token.get();
  await platform.idle();
  expect(upstream.count(route)).toBe(1);
  platform.advance(2_000);
  const gate = Promise.withResolvers<void>();
  upstream.on(route, behind(gate.promise, issueTokens({ access_token: "next-token" })));
  expect(await Promise.all([token.get(), token.get(), token.get()])).toEqual(Array(3).fill("token-1"));
  gate.resolve();
  await platform.idle();
  expect(await token.get()).toBe("next-token");
  expect(upstream.count(route)).toBe(2);
});

test("keeps the old token until it expires if a new one cannot be fetched", async () => {
  const { upstream, platform, token } = await start();
  await token.get();
  upstream.on(route, text(503, "down"));
  platform.advance(3_000_000);
  expect(await token.get()).toBe("token-1");
  await platform.idle();
  expect(token.status()).toMatchObject({ state: "valid", problem: "unreachable" });
  platform.advance(599_000);
  expect(await token.get()).toBe("token-1");
  await platform.idle();
  platform.advance(10_000);
  await expect(token.get()).rejects.toEqual(refused("no"));
  expect(token.status().state).toBe("expired");
});

test.each([
  ["missing", undefined, 60_000],
  ["zero", 0, 60_000],
  ["negative", -5, 60_000],
  ["no number", "soon", 60_000],
  ["null", null, 60_000],
  ["a numeric string", "600", 600_000],
  ["enormous", 1e12, 86_400_000],
])("derives a usable life from an expires_in that is %s", async (_what, expires_in, lifeMs) => {
  const { upstream, platform, token } = await start();
  upstream.on(route, issueTokens({ expires_in }));
  await token.get();
  platform.advance(lifeMs - 1);
  await token.get();
  expect(token.status().state).toBe("valid");
  await platform.idle();
  platform.advance(lifeMs);
  expect(token.status().state).toBe("expired");
});

test("never holds a token beyond its own exp", async () => {
  const { upstream, platform, token } = await start();
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const access_token = `${part({ alg: "ES384" })}.${part({ iat: 1_000, exp: 1_120 })}.c2ln`;
  upstream.on(route, issueTokens({ access_token, expires_in: 3600 }));
  await token.get();
  platform.advance(119_999);
  expect(token.status().state).toBe("valid");
  platform.advance(1);
  expect(token.status().state).toBe("expired");
});

test.each([
  [
    "wrong secret",
    json(401, { error: "invalid_client" }, { "www-authenticate": 'Basic error="invalid_client"' }),
  ],
  ["unknown client", json(400, { error: "invalid_client" })],
  ["expired secret", json(400, { error: "invalid_request" })],
  ["unknown resource", json(400, { error: "invalid_target" })],
  ["application without a role", issueTokens({ scope: undefined })],
  ["other scopes only", issueTokens({ scope: "allow read:all" })],
])("tries a bad credential (%s) once in 30 seconds and says so", async (_what, behaviour) => {
  const { upstream, platform, token } = await start();
  upstream.on(route, behaviour);
  for (let call = 0; call < 5; call += 1) await expect(token.get()).rejects.toEqual(refused("no"));
  platform.advance(29_000);
  await expect(token.get()).rejects.toMatchObject({ detail: { retryAfter: 1 } });
  expect(upstream.count(route)).toBe(1);
  expect(token.status()).toMatchObject({ state: "none", problem: "bad_credential" });
  platform.advance(1_000);
  upstream.on(route, issueTokens());
  expect(await token.get()).toBe("token-1");
  expect(token.status().problem).toBeUndefined();
});

test.each<[string, Behaviour, string, LogtoTuning?]>([
  ["a 500 in text", text(500, "Internal Server Error"), "upstream_unavailable"],
  ["a reset", reset, "upstream_unavailable"],
  ["HTML", text(200, "<html>", { "content-type": "text/html" }), "upstream_unavailable"],
  ["a redirect", text(302, "", { location: "http://127.0.0.1:1/" }), "upstream_unavailable"],
  ["no answer", hang, "upstream_timeout", { ...testTuning, tokenMs: 2_000 }],
])(
  "backs off after %s: other callers are refused without a request, and it recovers within five seconds",
  async (_what, behaviour, code, tuning = testTuning) => {
    const { upstream, platform, token } = await start(tuning);
    upstream.on(route, behaviour);
    await expect(token.get()).rejects.toEqual(refused("no", code));
    for (let call = 0; call < 100; call += 1) await expect(token.get()).rejects.toEqual(refused("no"));
    expect(upstream.count(route)).toBe(1);
    upstream.on(route, issueTokens());
    platform.advance(5_000);
    expect(await token.get()).toBe("token-1");
  },
);

test.each([
  ["seconds", "120", 120_000],
  ["more than an hour", "86400", 3_600_000],
  ["less than our own pause", "0", 1_000],
  ["no time at all", "soon", 1_000],
])("honours a Retry-After of %s", async (_what, retryAfter, pauseMs) => {
  const { upstream, platform, token } = await start();
  upstream.on(route, text(503, "later", { "retry-after": retryAfter }));
  await expect(token.get()).rejects.toMatchObject({ detail: { retryAfter: pauseMs / 1_000 } });
  platform.advance(pauseMs - 1);
  await expect(token.get()).rejects.toEqual(refused("no"));
  expect(upstream.count(route)).toBe(1);
  upstream.on(route, issueTokens());
  platform.advance(1);
  expect(await token.get()).toBe("token-1");
});

test("honours a Retry-After while the present token is still good", async () => {
  const { upstream, platform, token } = await start();
  await token.get();
  upstream.on(route, text(429, "later", { "retry-after": "300" }));
  platform.advance(2_900_000);
  for (let second = 0; second < 300; second += 10) {
    expect(await token.get()).toBe("token-1");
    await platform.idle();
    platform.advance(10_000);
  }
  expect(upstream.count(route)).toBe(2);
});

test("logs a bad credential once, and that it works again", async () => {
  const { upstream, platform, token } = await start();
  const events = () => platform.lines.map((line) => JSON.parse(line).event);
  upstream.on(route, json(401, { error: "invalid_client" }));
  for (let attempt = 0; attempt < 5; attempt += 1) {
    await expect(token.get()).rejects.toEqual(refused("no"));
    platform.advance(30_000);
  }
  expect(upstream.count(route)).toBe(5);
  expect(events()).toEqual(["logto.bad_credential"]);
  upstream.on(route, text(503, "down"));
  await expect(token.get()).rejects.toEqual(refused("no"));
  upstream.on(route, issueTokens());
  platform.advance(5_000);
  await token.get();
  expect(events()).toEqual(["logto.bad_credential", "logto.credential_ok"]);
});

test("replaces a rejected token once for any number of callers", async () => {
  const { upstream, token } = await start();
  const rejected = await token.get();
  const renewed = await Promise.all(Array.from({ length: 100 }, () => token.renew(rejected)));
  expect(new Set(renewed)).toEqual(new Set(["token-2"]));
  expect(await token.renew(rejected)).toBe("token-2");
  expect(upstream.count(route)).toBe(2);
});

test("does not replace a new token that the API has never accepted", async () => {
  const { upstream, platform, token } = await start();
  const second = await token.renew(await token.get());
  await expect(token.renew(second)).rejects.toEqual(refused("no", "upstream_invalid"));
  platform.advance(5_000);
  const third = await token.renew(second);
  token.accepted(third);
  expect(await token.renew(third)).toBe("token-4");
  expect(upstream.count(route)).toBe(4);
});

test("counts as a bad credential once the API forbids its token", async () => {
  const { platform, token } = await start();
  token.forbidden(await token.get());
  await expect(token.get()).rejects.toEqual(refused("no"));
  expect(token.status().problem).toBe("bad_credential");
  platform.advance(30_000);
  expect(await token.get()).toBe("token-2");
});

test("is not given up because a late answer forbids or rejects an older one", async () => {
  const { upstream, token } = await start();
  const old = await token.get();
  token.accepted(old);
  const fresh = await token.renew(old);
  token.forbidden(old);
  expect(await token.renew(old)).toBe(fresh);
  expect(await token.get()).toBe(fresh);
  expect(token.status()).toMatchObject({ state: "valid", problem: undefined });
  expect(upstream.count(route)).toBe(2);
});

test("while the endpoint fails, is asked for once by all who come within the pause, however many", async () => {
  const { upstream, platform, token } = await start();
  upstream.on(route, text(503, "later"));
  const come = () => Promise.allSettled(Array.from({ length: 100 }, () => token.get()));
  await come();
  await come();
  expect(upstream.count(route)).toBe(1);
  platform.advance(1_000);
  await come();
  await come();
  expect(upstream.count(route)).toBe(2);
  upstream.on(route, issueTokens());
  platform.advance(5_000);
  expect(new Set((await come()).map(({ status }) => status))).toEqual(new Set(["fulfilled"]));
  expect(upstream.count(route)).toBe(3);
});

test("doubles the pause between failed requests up to five seconds", async () => {
  const { upstream, platform, token } = await start();
  upstream.on(route, inTurn(text(503, "down")));
  const pauses: unknown[] = [];
  for (let attempt = 0; attempt < 5; attempt += 1) {
    await expect(token.get()).rejects.toEqual(refused("no"));
    pauses.push((token.status().retryAt ?? 0) - platform.now());
    platform.advance(5_000);
  }
  expect(pauses).toEqual([1_000, 2_000, 4_000, 5_000, 5_000]);
});
