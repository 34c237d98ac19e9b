import { exportJWK, generateKeyPair, type JWK } from "jose";
import { beforeAll, expect, test } from "vitest";
import { createSigningKeys } from "../../src/logto/signing-keys.ts";
import type { LogtoTuning } from "../../src/logto/tuning.ts";
import { testTuning } from "../support/logto.ts";
import { createTestPlatform } from "../support/platform.ts";
import {
  after,
  type Behaviour,
  behind,
  flood,
  hang,
  json,
  reset,
  startUpstream,
  text,
} from "../support/upstream.ts";

const route = "GET /oidc/jwks";
const minute = 60_000;
const first = { kid: "first", alg: "ES384" };
const second = { kid: "second", alg: "RS256" };
let firstKey: JWK;
let secondKey: JWK;
let privateKey: JWK;

beforeAll(async () => {
  const pair = await generateKeyPair("ES384", { extractable: true });
  firstKey = { ...(await exportJWK(pair.publicKey)), kid: "first", alg: "ES384", use: "sig" };
  privateKey = { ...(await exportJWK(pair.privateKey)), kid: "private", alg: "ES384" };
  const rsa = await generateKeyPair("RS256", { extractable: true });
  secondKey = { ...(await exportJWK(rsa.publicKey)), kid: "second" };
});

/** A short time limit, for a key set that does not answer. */
const shortLimit: LogtoTuning = { ...testTuning, jwksMs: 1_000 };

async function start(behaviour: Behaviour = json(200, { keys: [firstKey] }), tuning = testTuning) {
  const upstream = await startUpstream();
  upstream.on(route, behaviour);
  const platform = createTestPlatform();
  const jwksUri = `${upstream.origin}/oidc/jwks`;
  const source = createSigningKeys({ jwksUri, platform, tuning });
  const fetches = () => upstream.count(route);
  return { upstream, platform, source, fetches };
}

const refused = (code: string) => expect.objectContaining({ code });

test("fetches once for any number of cold callers", async () => {
  const { source, fetches } = await start(after(50, json(200, { keys: [firstKey] })));
  const keys = await Promise.all(Array.from({ length: 200 }, () => source.find(first)));
  expect(new Set(keys).size).toBe(1);
  expect(keys[0]).toMatchObject({ type: "public", algorithm: { name: "ECDSA", namedCurve: "P-384" } });
  expect(fetches()).toBe(1);
});

test.each([
  ["a path", { kid: "../../etc/passwd", alg: "ES384" }],
  ["SQL", { kid: "' or 1=1 --", alg: "ES384" }],
])("looks %s up like any unknown key id", async (_what, header) => {
  const { source } = await start();
  await expect(source.find(header)).rejects.toEqual(refused("invalid_token"));
});

test.each([
  ["10 KB of key id", { kid: "k".repeat(10_240), alg: "ES384" }],
  ["a number", { kid: 7, alg: "ES384" }],
  ["no key id", { alg: "ES384" }],
  ["an empty key id", { kid: "", alg: "ES384" }],
  ["HS256", { kid: "first", alg: "HS256" }],
  ["none", { kid: "first", alg: "none" }],
  ["an algorithm in an array", { kid: "first", alg: ["ES384"] }],
])("refuses %s without a fetch", async (_what, header) => {
  const { source, fetches } = await start();
  await expect(source.find(header)).rejects.toEqual(refused("invalid_token"));
  expect(fetches()).toBe(0);
});

test("refuses a known key under an algorithm that is not its own", async () => {
  const { source } = await start();
  await expect(source.find({ kid: "first", alg: "ES256" })).rejects.toEqual(refused("invalid_token"));
});

test("fetches at most once for 200 random key ids, cold or warm, and still finds the known key", async () => {
  const { source, platform, fetches } = await start();
  const flooding = () =>
    Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        expect(source.find({ kid: `k${index}`, alg: "ES384" })).rejects.toEqual(refused("invalid_token")),
      ),
    );
  await flooding();
  await flooding();
  expect(fetches()).toBe(1);
  platform.advance(30_000);
  await flooding();
  await flooding();
  expect(fetches()).toBe(2);
  await source.find(first);
});

test("fetches at most once for 200 random key ids while the key set answers 503", async () => {
  const { upstream, source, platform, fetches } = await start();
  await source.find(first);
  upstream.on(route, text(503, "later"));
  platform.advance(minute);
  for (let index = 0; index < 200; index += 1) {
    const header = { kid: `k${index}`, alg: "ES384" };
    await expect(source.find(header)).rejects.toEqual(refused("invalid_token"));
    platform.advance(100);
  }
  expect(fetches()).toBe(2);
  await source.find(first);
});

test("takes a newly published key with one refetch", async () => {
  const { upstream, source, fetches } = await start();
  await source.find(first);
  upstream.on(route, json(200, { keys: [firstKey, secondKey] }));
  await Promise.all(Array.from({ length: 20 }, () => source.find(second)));
  expect(fetches()).toBe(2);
});

test("drops a removed key within ten minutes, for verified tokens too", async () => {
  const { upstream, source, platform } = await start();
  await source.find(first);
  expect(source.current("first")).toBe(true);
  upstream.on(route, json(200, { keys: [secondKey] }));
  platform.advance(10 * minute);
  expect(source.current("first")).toBe(false);
  await expect(source.find(first)).rejects.toEqual(refused("invalid_token"));
  await source.find(second);
});

test("refreshes in the background before the set is ten minutes old", async () => {
  const { upstream, source, platform, fetches } = await start();
  await source.find(first);
  const gate = Promise.withResolvers<void>();
  upstream.on(route, behind(gate.promise, json(200, { keys: [secondKey] })));
  platform.advance(9 * minute);
  await Promise.all([source.find(first), source.find(first)]);
  expect(source.current("first")).toBe(true);
  gate.resolve();
  await platform.idle();
  expect(source.current("first")).toBe(false);
  expect(fetches()).toBe(2);
});

test.each<[string, Behaviour, LogtoTuning?]>([
  ["503", text(503, "later")],
  ["500 in text", text(500, "Internal Server Error")],
  ["a reset", reset],
  ["no answer", hang, shortLimit],
  ["HTML", text(200, "<html>")],
  ["another document", json(200, { jwks: [] })],
  ["70 KB", flood(70_000)],
  ["a redirect", text(302, "", { location: "http://127.0.0.1:1/" })],
])("uses known keys for a day while the key set answers with %s", async (_what, behaviour, tuning) => {
  const { upstream, source, platform, fetches } = await start(undefined, tuning);
  await source.find(first);
  upstream.on(route, behaviour);
  platform.advance(60 * minute);
  await source.find(first);
  for (let second = 0; second < 29; second += 1) {
    expect(source.current("first")).toBe(true);
    await source.find(first);
    platform.advance(1_000);
  }
  expect(fetches()).toBe(2);
  platform.advance(22.9 * 60 * minute);
  await source.find(first);
  platform.advance(10 * minute);
  expect(source.current("first")).toBe(false);
  await expect(source.find(first)).rejects.toEqual(refused("upstream_unavailable"));
});

test("makes no request wait for a key set that is known to hang", async () => {
  const { upstream, source, platform } = await start(undefined, shortLimit);
  await source.find(first);
  upstream.on(route, hang);
  platform.advance(11 * minute);
  await source.find(first);
  platform.advance(31_000);
  const found = source.find(first).then(() => "found");
  const renewed = platform.idle().then(() => "renewed");
  expect(await Promise.race([renewed, found])).toBe("found");
  await renewed;
});

test("refuses everything while no key is known, retries with pauses, and recovers within seconds", async () => {
  const { upstream, source, platform, fetches } = await start(text(503, "later"));
  for (let call = 0; call < 50; call += 1) {
    await expect(source.find(first)).rejects.toMatchObject({
      code: "upstream_unavailable",
      detail: { retryAfter: 1 },
    });
  }
  expect(fetches()).toBe(1);
  expect(source.current("first")).toBe(false);
  upstream.on(route, json(200, { keys: [firstKey] }));
  platform.advance(1_000);
  await source.find(first);
});

test("uses public signature keys of the listed algorithms only", async () => {
  const encryption = { ...secondKey, kid: "encryption", use: "enc" };
  const symmetric = { kty: "oct", k: "c2VjcmV0", kid: "symmetric", alg: "HS256" };
  const mislabelled = { ...firstKey, kid: "mislabelled", alg: "ES256" };
  const broken = { ...firstKey, kid: "broken", x: "AAAA" };
  const others = [privateKey, encryption, symmetric, mislabelled, broken, null, "key"];
  const { source } = await start(json(200, { keys: [...others, firstKey, secondKey] }));
  await source.find(first);
  await source.find(second);
  for (const kid of ["private", "encryption", "symmetric", "mislabelled", "broken"]) {
    expect(source.current(kid)).toBe(false);
  }
});
