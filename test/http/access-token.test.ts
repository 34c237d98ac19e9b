import { generateKeyPair } from "jose";
import { expect, test } from "vitest";
import { createAccessTokenVerifier } from "../../src/http/access-token.ts";
import { audience, craft, createApp, createWorld, es384, issuer, type World } from "./support.ts";

const ask = (world: World, token: string) =>
  createApp(world).request("/me", { headers: { Authorization: `Bearer ${token}` } });

const seconds = (world: World) => Math.floor(world.clock.now() / 1000);

test("accepts a person's token and tells the routes who calls", async () => {
  const world = createWorld();
  const response = await ask(world, await world.token());
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({
    userId: "alice",
    client: "page",
    boundTo: "client:page",
    via: "bearer",
  });
});

test.each([
  ["iss with a trailing slash", { iss: `${issuer}/` }],
  ["iss of another tenant", { iss: "https://other.example.test/oidc" }],
  ["no iss", { iss: undefined }],
  ["no aud", { aud: undefined }],
  ["aud that is a prefix", { aud: audience.slice(0, -1) }],
  ["aud with a trailing slash", { aud: `${audience}/` }],
  ["aud that is the client id", { aud: "page" }],
  ["aud as an array", { aud: [audience] }],
  ["sub as a number", { sub: 7 }],
  ["sub as an array", { sub: ["alice"] }],
  ["an empty sub", { sub: "" }],
  ["sub of 65 characters", { sub: "a".repeat(65) }],
  ["sub that climbs a path", { sub: "../x" }],
  ["sub __proto__", { sub: "__proto__" }],
  ["sub with a line break", { sub: "alice\n" }],
  ["no sub", { sub: undefined }],
  ["no client_id", { client_id: undefined }],
  ["scope as an array", { scope: ["profile:read"] }],
  ["no exp", { exp: undefined }],
  ["exp as a string", { exp: "1800003600" }],
  ["exp beyond a day", { exp: 1_800_000_000 + 86_401 }],
  ["no iat", { iat: undefined }],
  ["iat as a string", { iat: "1800000000" }],
  ["iat in the future", { iat: 1_800_000_006 }],
  ["nbf in the future", { nbf: 1_800_000_006 }],
  ["nbf as a string", { nbf: "1" }],
])("refuses %s, and asks for no key", async (_name, overrides) => {
  const world = createWorld();
  const response = await ask(world, await world.token(overrides));
  expect(response.status).toBe(401);
  expect(await response.json()).toMatchObject({ code: "invalid_token" });
  expect(response.headers.get("www-authenticate")).toBe('Bearer error="invalid_token"');
  expect(world.state.finds).toBe(0);
});

test.each([
  ["alg none", { alg: "none" }],
  ["alg NoNe", { alg: "NoNe" }],
  ["HS256", { alg: "HS256" }],
  ["an algorithm that is not listed", { alg: "ES512" }],
  ["no typ", { typ: undefined }],
  ["typ JWT", { typ: "JWT" }],
  ["typ logout+jwt", { typ: "logout+jwt" }],
  ["typ application/at+jwt", { typ: "application/at+jwt" }],
  ["kid as a path", { kid: "../../etc/passwd" }],
  ["kid as SQL", { kid: "' OR 1=1 --" }],
  ["kid of 4 KB", { kid: "k".repeat(4096) }],
  ["kid as a number", { kid: 7 }],
  ["no kid", { kid: undefined }],
  ["jku", { jku: "https://evil.example.test/jwks" }],
  ["x5u", { x5u: "https://evil.example.test/x5u" }],
  ["x5c", { x5c: ["MIIB"] }],
  ["jwk", { jwk: { kty: "EC" } }],
  ["an unknown crit", { crit: ["exp"] }],
  ["b64 false", { b64: false, crit: ["b64"] }],
  ["zip", { zip: "DEF" }],
])("refuses a header with %s, and asks for no key", async (_name, overrides) => {
  const world = createWorld();
  const response = await ask(world, await world.token({}, overrides));
  expect(response.status).toBe(401);
  expect(world.state.finds).toBe(0);
});

test.each([
  ["opaque", "b2hNb3RPcGFxdWU"],
  ["of two parts", "e30.e30"],
  ["with an empty signature", "e30.e30."],
  ["of 9 KB", `e30.${"a".repeat(9000)}.e30`],
  ["of 1 MB", `e30.${"a".repeat(1_000_000)}.e30`],
  ["whose header is not JSON", "YWJj.e30.e30"],
  ["whose header is null", "bnVsbA.e30.e30"],
  ["whose claims are an array", "e30.W10.e30"],
])("refuses a token %s, and asks for no key", async (_name, token) => {
  const world = createWorld();
  expect((await ask(world, token)).status).toBe(401);
  expect(world.state.finds).toBe(0);
});

test("refuses an exp that overflows to infinity", async () => {
  const world = createWorld();
  const claims = JSON.stringify(world.claims()).replace(/"exp":\d+/, '"exp":1e999');
  expect((await ask(world, await craft(world.header, claims))).status).toBe(401);
});

test.each([
  ["4 seconds ago", 4, 200],
  ["6 seconds ago", 6, 401],
])("judges a token that expired %s", async (_name, ago, status) => {
  const world = createWorld();
  const token = await world.token({ exp: seconds(world) - ago, iat: seconds(world) - 600 });
  expect((await ask(world, token)).status).toBe(status);
});

test("accepts iat and nbf 4 seconds ahead, and the media type in capitals", async () => {
  const world = createWorld();
  const soon = seconds(world) + 4;
  expect((await ask(world, await world.token({ iat: soon, nbf: soon }, { typ: "AT+JWT" }))).status).toBe(200);
});

test("tells a machine that this API serves people, but only once its signature holds", async () => {
  const world = createWorld();
  const token = await world.token({ sub: "m2m-app", client_id: "m2m-app" });
  const response = await ask(world, token);
  expect(response.status).toBe(403);
  expect(await response.json()).toMatchObject({ code: "user_token_required" });
  const forged = `${token.slice(0, token.lastIndexOf("."))}.${"A".repeat(128)}`;
  expect((await ask(world, forged)).status).toBe(401);
});

test.each([
  ["of zeros", (token: string) => token.replace(/[^.]+$/, "A".repeat(128))],
  ["cut short", (token: string) => token.slice(0, -8)],
  ["that is too long", (token: string) => `${token}AAAA`],
])("refuses a signature %s", async (_name, change) => {
  const world = createWorld();
  expect((await ask(world, change(await world.token()))).status).toBe(401);
});

test("refuses a DER signature", async () => {
  const world = createWorld();
  const { createSign } = await import("node:crypto");
  const { exportPKCS8 } = await import("jose");
  const input = (await world.token()).split(".").slice(0, 2).join(".");
  const der = createSign("SHA384")
    .update(input)
    .sign(await exportPKCS8(es384.privateKey))
    .toString("base64url");
  expect((await ask(world, `${input}.${der}`)).status).toBe(401);
});

test("refuses another key's signature, and a listed algorithm that is not the key's", async () => {
  const world = createWorld();
  const stranger = await generateKeyPair("ES384");
  expect((await ask(world, await craft(world.header, world.claims(), stranger.privateKey))).status).toBe(401);
  const es256 = await generateKeyPair("ES256");
  const other = await craft({ ...world.header, alg: "ES256" }, world.claims(), es256.privateKey);
  expect((await ask(world, other)).status).toBe(401);
});

test("refuses HMAC keyed with the public key", async () => {
  const world = createWorld();
  const { exportSPKI } = await import("jose");
  const secret = new TextEncoder().encode(await exportSPKI(es384.publicKey));
  const hmac = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
  ]);
  expect(
    (await ask(world, await craft({ ...world.header, alg: "HS256" }, world.claims(), hmac))).status,
  ).toBe(401);
});

test("remembers a verified token until it expires or its key is withdrawn", async () => {
  const world = createWorld();
  const app = createApp(world);
  const headers = { Authorization: `Bearer ${await world.token()}` };
  const status = async () => (await app.request("/me", { headers })).status;
  expect([await status(), await status()]).toEqual([200, 200]);
  expect(world.state.finds).toBe(1);
  world.state.published = false;
  expect(await status()).toBe(401);
  world.state.published = true;
  expect(await status()).toBe(200);
  world.clock.advance(3_606_000);
  expect(await status()).toBe(401);
});

test("tells two persons' tokens apart when they come at once", async () => {
  const world = createWorld();
  const app = createApp(world);
  const tokens = { alice: await world.token(), bob: await world.token({ sub: "bob" }) };
  const answers = await Promise.all(
    Array.from({ length: 200 }, async (_, index) => {
      const name = index % 2 ? "alice" : "bob";
      const response = await app.request("/me", { headers: { Authorization: `Bearer ${tokens[name]}` } });
      return (await response.text()).includes(`"userId":"${name}"`);
    }),
  );
  expect(answers.every(Boolean)).toBe(true);
});

test("names remembered tokens by the digest a runtime lends it", async () => {
  const { clock, keys, state, token } = createWorld();
  const named: string[] = [];
  const digest = (text: string) => {
    named.push(text);
    return "same";
  };
  const verifier = createAccessTokenVerifier({
    issuer,
    audience,
    keys,
    now: clock.now,
    hashPerson: async () => "hash",
    digest,
  });
  const one = await token();
  await verifier.verify(one);
  expect(await verifier.verify(one)).toMatchObject({ userId: "alice", expiresAt: clock.now() + 3_600_000 });
  expect(named).toEqual([one, one]);
  expect(state.finds).toBe(1);
});
