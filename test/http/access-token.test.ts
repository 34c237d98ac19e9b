import { generateKeyPair } from "jose";
import { expect, test } from "vitest";
import { createAccessTokenVerifier } from "../../src/http/access-token.ts";
import { audience, craft, createApp, createWorld, es384, issuer, type World } from "./support.ts";

const ask = (world: World, token: string) =>
  createApp(world).request("/me", { headers: { Authorization: `Bearer ${token}` } });

const loggedBy = ({ state }: World) => state.lines.map((line): unknown => JSON.parse(line));

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
  ["iss with a trailing slash", "wrong_issuer", { iss: `${issuer}/` }],
  ["iss of another tenant", "wrong_issuer", { iss: "https://other.example.test/oidc" }],
  ["no iss", "wrong_issuer", { iss: undefined }],
  ["no aud", "wrong_audience", { aud: undefined }],
  ["aud that is a prefix", "wrong_audience", { aud: audience.slice(0, -1) }],
  ["aud with a trailing slash", "wrong_audience", { aud: `${audience}/` }],
  ["aud that is the client id", "wrong_audience", { aud: "page" }],
  ["aud as an array", "wrong_audience", { aud: [audience] }],
  ["sub as a number", "bad_subject", { sub: 7 }],
  ["sub as an array", "bad_subject", { sub: ["alice"] }],
  ["an empty sub", "bad_subject", { sub: "" }],
  ["sub of 65 characters", "bad_subject", { sub: "a".repeat(65) }],
  ["sub that climbs a path", "bad_subject", { sub: "../x" }],
  ["sub __proto__", "bad_subject", { sub: "__proto__" }],
  ["sub with a line break", "bad_subject", { sub: "alice\n" }],
  ["no sub", "bad_subject", { sub: undefined }],
  ["no client_id", "bad_client", { client_id: undefined }],
  ["scope as an array", "malformed", { scope: ["profile:read"] }],
  ["no exp", "malformed", { exp: undefined }],
  ["exp as a string", "malformed", { exp: "1800003600" }],
  ["exp beyond a day", "lifetime_too_long", { exp: 1_800_000_000 + 86_401 }],
  ["no iat", "malformed", { iat: undefined }],
  ["iat as a string", "malformed", { iat: "1800000000" }],
  ["iat 61 seconds ahead", "not_yet_valid", { iat: 1_800_000_061 }],
  ["nbf 61 seconds ahead", "not_yet_valid", { nbf: 1_800_000_061 }],
  ["iat and nbf three minutes ahead", "not_yet_valid", { iat: 1_800_000_180, nbf: 1_800_000_180 }],
  [
    "a key that it is bound to",
    "bound_token",
    { cnf: { jkt: "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" } },
  ],
  [
    "a certificate that it is bound to",
    "bound_token",
    { cnf: { "x5t#S256": "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2" } },
  ],
  ["an empty cnf", "bound_token", { cnf: {} }],
  ["a null cnf", "bound_token", { cnf: null }],
  ["cnf as text", "bound_token", { cnf: "no" }],
  ["an exp that has passed", "expired", { iat: 1_799_999_000, exp: 1_799_999_994 }],
  ["nbf as a string", "malformed", { nbf: "1" }],
])("refuses %s, logs why, and asks for no key", async (_name, reason, overrides) => {
  const world = createWorld();
  const response = await ask(world, await world.token(overrides));
  expect(loggedBy(world)).toMatchObject([{ status: 401, code: "invalid_token", reason }]);
  expect(response.status).toBe(401);
  expect(await response.json()).toMatchObject({ code: "invalid_token" });
  expect(response.headers.get("www-authenticate")).toBe('Bearer error="invalid_token"');
  expect(world.state.finds).toBe(0);
});

test.each([
  ["alg none", "wrong_algorithm", { alg: "none" }],
  ["alg NoNe", "wrong_algorithm", { alg: "NoNe" }],
  ["HS256", "wrong_algorithm", { alg: "HS256" }],
  ["an algorithm that is not listed", "wrong_algorithm", { alg: "ES512" }],
  ["no typ", "wrong_typ", { typ: undefined }],
  ["typ JWT", "wrong_typ", { typ: "JWT" }],
  ["typ logout+jwt", "wrong_typ", { typ: "logout+jwt" }],
  ["typ application/at+jwt", "wrong_typ", { typ: "application/at+jwt" }],
  ["kid as a path", "unknown_key", { kid: "../../etc/passwd" }],
  ["kid as SQL", "unknown_key", { kid: "' OR 1=1 --" }],
  ["kid of 4 KB", "unknown_key", { kid: "k".repeat(4096) }],
  ["kid as a number", "unknown_key", { kid: 7 }],
  ["no kid", "unknown_key", { kid: undefined }],
  ["jku", "forbidden_header", { jku: "https://evil.example.test/jwks" }],
  ["x5u", "forbidden_header", { x5u: "https://evil.example.test/x5u" }],
  ["x5c", "forbidden_header", { x5c: ["MIIB"] }],
  ["jwk", "forbidden_header", { jwk: { kty: "EC" } }],
  ["an unknown crit", "forbidden_header", { crit: ["exp"] }],
  ["b64 false", "forbidden_header", { b64: false, crit: ["b64"] }],
  ["zip", "forbidden_header", { zip: "DEF" }],
])("refuses a header with %s, logs why, and asks for no key", async (_name, reason, overrides) => {
  const world = createWorld();
  const response = await ask(world, await world.token({}, overrides));
  expect(loggedBy(world)).toMatchObject([{ status: 401, code: "invalid_token", reason }]);
  expect(response.status).toBe(401);
  expect(world.state.finds).toBe(0);
});

test.each([
  ["opaque", "opaque", "b2hNb3RPcGFxdWU"],
  ["of two parts", "opaque", "e30.e30"],
  ["with an empty signature", "opaque", "e30.e30."],
  ["of 9 KB", "too_long", `e30.${"a".repeat(9000)}.e30`],
  ["of 1 MB", "too_long", `e30.${"a".repeat(1_000_000)}.e30`],
  ["whose header is not JSON", "malformed", "YWJj.e30.e30"],
  ["whose header is null", "malformed", "bnVsbA.e30.e30"],
  [
    "whose claims are an array",
    "malformed",
    "eyJhbGciOiJFUzM4NCIsInR5cCI6ImF0K2p3dCIsImtpZCI6ImsifQ.W10.e30",
  ],
])("refuses a token %s, logs why, and asks for no key", async (_name, reason, token) => {
  const world = createWorld();
  expect((await ask(world, token)).status).toBe(401);
  expect(loggedBy(world)).toMatchObject([{ code: "invalid_token", reason }]);
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

test("accepts iat and nbf 60 seconds ahead, and the media type in capitals", async () => {
  const world = createWorld();
  const soon = seconds(world) + 60;
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
