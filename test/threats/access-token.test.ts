/** Access tokens that must not be accepted, signed by keys that the tenant does publish wherever that is possible. */
import { createHmac, createSign, randomBytes } from "node:crypto";
import { exportPKCS8, exportSPKI, generateKeyPair } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { expectRefusal, expectRefused } from "../support/refusals.ts";
import { type Answer, startService, type TestService } from "../support/service.ts";
import { createForger, type Forger } from "../support/tokens.ts";

let service: TestService;
let forger: Forger;

beforeAll(async () => {
  service = await startService();
  forger = await createForger(service);
});
afterAll(() => service.close());
beforeEach(() => service.tenant.requests.clear());

const ask = (token: string): Promise<Answer> =>
  service.anonymous("GET", "/me", undefined, { authorization: `Bearer ${token}` });
const withoutSignature = (token: string) => token.slice(0, token.lastIndexOf(".") + 1);
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const now = () => Math.floor(service.platform.now() / 1000);

/** Refused as a token, with the challenge that says so. */
function expectInvalidToken(answer: Answer): void {
  expectRefusal(answer, 401, "invalid_token");
  expect(answer.headers.get("www-authenticate")).toBe('Bearer error="invalid_token"');
}

test("the forger's honest tokens are accepted, so that what follows is refused for what it says", async () => {
  expect((await ask(await forger.sign())).status).toBe(200);
  for (const alg of ["ES256", "RS256"] as const) {
    const token = await forger.sign({ alg, kid: alg }, forger.claims(), forger.keys[alg].privateKey);
    expect((await ask(token)).status).toBe(200);
  }
});

describe("no credentials", () => {
  test.each<[string, Record<string, string>]>([
    ["no Authorization header", {}],
    ["an empty one", { authorization: "" }],
    ["another scheme", { authorization: "Basic YWxpY2U6cGFzc3dvcmQ=" }],
    ["the scheme alone", { authorization: "Bearer" }],
    ["a cookie alone", { cookie: "access_token=a.b.c" }],
  ])("answers %s with a bare challenge", async (_name, headers) => {
    const answer = await service.anonymous("GET", "/me", undefined, headers);
    expectRefusal(answer, 401, "unauthenticated");
    expect(answer.headers.get("www-authenticate")).toBe("Bearer");
    expect(service.tenant.requests.all()).toEqual([]);
  });

  test("takes no token from the query or the body", async () => {
    const token = await forger.sign();
    expectRefusal(await service.anonymous("GET", `/me?access_token=${token}`), 401, "unauthenticated");
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const body = `access_token=${token}`;
    expectRefusal(await service.anonymous("PATCH", "/me", body, form), 401, "unauthenticated");
    const json = await service.anonymous("PATCH", "/me", { access_token: token });
    expectRefusal(json, 401, "unauthenticated");
  });

  test("names no scheme's parameter but the scheme where two tokens come in one header", async () => {
    const token = await forger.sign();
    expectRefusal(await ask(`${token}, Bearer ${token}`), 400, "bad_request");
    expectRefusal(await ask(`${token} ${token}`), 401, "unauthenticated");
  });
});

describe("claims", () => {
  const day = 86_400;
  test.each<[string, () => object]>([
    ["iss with a trailing slash", () => ({ iss: `${service.config.logto.issuer}/` })],
    ["iss in other case", () => ({ iss: service.config.logto.issuer.toUpperCase() })],
    ["iss of another tenant", () => ({ iss: "https://other.logto.app/oidc" })],
    ["iss as an array", () => ({ iss: [service.config.logto.issuer] })],
    ["no iss", () => ({ iss: undefined })],
    ["no aud", () => ({ aud: undefined })],
    ["aud that is a prefix", () => ({ aud: service.config.apiResource.slice(0, -1) })],
    ["aud that goes on", () => ({ aud: `${service.config.apiResource}/x` })],
    ["aud that is the client id", () => ({ aud: "spa-client" })],
    ["aud in an array", () => ({ aud: [service.config.apiResource] })],
    ["aud among others", () => ({ aud: [service.config.apiResource, "https://other.example.test"] })],
    ["aud of the Management API", () => ({ aud: service.config.logto.managementApi })],
    ["sub as a number", () => ({ sub: 7 })],
    ["sub as an array", () => ({ sub: [service.userId("alice")] })],
    ["sub as an object", () => ({ sub: { id: service.userId("alice") } })],
    ["sub null", () => ({ sub: null })],
    ["an empty sub", () => ({ sub: "" })],
    ["sub of 65 characters", () => ({ sub: "a".repeat(65) })],
    ["sub that climbs", () => ({ sub: "../x" })],
    ["sub with an escape", () => ({ sub: "devbob%2e000" })],
    ["sub with a query", () => ({ sub: "devbob000000?includePasswordHash=true" })],
    ["sub with a line break", () => ({ sub: "devalice0000\n" })],
    ["sub in full-width letters", () => ({ sub: "ｄevalice0000" })],
    ["sub __proto__", () => ({ sub: "__proto__" })],
    ["no sub", () => ({ sub: undefined })],
    ["no client_id", () => ({ client_id: undefined })],
    ["an empty client_id", () => ({ client_id: "" })],
    ["client_id as an array", () => ({ client_id: ["spa-client"] })],
    ["scope as an array", () => ({ scope: ["profile:read"] })],
    ["no exp", () => ({ exp: undefined })],
    ["exp as a string", () => ({ exp: String(now() + 60) })],
    ["exp null", () => ({ exp: null })],
    ["exp a second beyond a day", () => ({ exp: now() + day + 1 })],
    ["exp in milliseconds", () => ({ exp: (now() + 60) * 1000 })],
    ["exp 6 seconds ago", () => ({ iat: now() - 60, exp: now() - 6 })],
    ["a negative exp", () => ({ iat: -60, exp: -1 })],
    ["no iat", () => ({ iat: undefined })],
    ["iat as a string", () => ({ iat: String(now()) })],
    ["iat in the future", () => ({ iat: now() + 6 })],
    ["a day's life that begins tomorrow", () => ({ iat: now() + day, exp: now() + 2 * day })],
    ["nbf in the future", () => ({ nbf: now() + 6 })],
    ["nbf as a string", () => ({ nbf: String(now()) })],
    ["nbf null", () => ({ nbf: null })],
  ])("refuses %s", async (_name, overrides) => {
    expectInvalidToken(await ask(await forger.sign({}, forger.claims(overrides()))));
    expect(service.tenant.requests.all()).toEqual([]);
  });

  test.each(["1e999", "-1e999", "1e400"])("refuses exp %s, which JSON reads as infinity", async (exp) => {
    const claims = JSON.stringify(forger.claims()).replace(/"exp":\d+/, `"exp":${exp}`);
    expectInvalidToken(await ask(await forger.sign({}, claims)));
  });

  test("accepts exp 4 seconds ago, and iat and nbf 4 seconds ahead", async () => {
    const expired = forger.claims({ iat: now() - 60, exp: now() - 4 });
    expect((await ask(await forger.sign({}, expired))).status).toBe(200);
    const early = forger.claims({ iat: now() + 4, nbf: now() + 4 });
    expect((await ask(await forger.sign({}, early))).status).toBe(200);
  });

  test("refuses an ID token: another type, another audience, no client_id", async () => {
    const idToken = forger.claims({ aud: "spa-client", client_id: undefined, scope: undefined });
    for (const typ of [undefined, "JWT"]) expectInvalidToken(await ask(await forger.sign({ typ }, idToken)));
  });
});

describe("header", () => {
  test.each<[string, object]>([
    ["no typ", { typ: undefined }],
    ["typ JWT", { typ: "JWT" }],
    ["typ logout+jwt", { typ: "logout+jwt" }],
    ["typ with its prefix", { typ: "application/at+jwt" }],
    ["typ as an array", { typ: ["at+jwt"] }],
    ["kid as a path", { kid: "../../../../etc/passwd" }],
    ["kid as SQL", { kid: "x' OR '1'='1" }],
    ["kid __proto__", { kid: "__proto__" }],
    ["kid of 4 KB", { kid: "k".repeat(4096) }],
    ["kid as a number", { kid: 0 }],
    ["kid as an array", { kid: ["ES384"] }],
    ["no kid", { kid: undefined }],
    ["an unknown crit", { crit: ["urn:example:x"], "urn:example:x": true }],
    ["an empty crit", { crit: [] }],
    ["b64 false", { b64: false, crit: ["b64"] }],
    ["zip", { zip: "DEF" }],
    ["a listed algorithm that is not the key's", { alg: "ES256" }],
    ["the algorithm in lower case", { alg: "es384" }],
    ["no algorithm", { alg: undefined }],
  ])("refuses %s", async (_name, header) => {
    expectInvalidToken(await ask(await forger.sign(header)));
  });

  test.each(["ES512", "EdDSA", "PS256"] as const)("refuses a right signature by %s", async (alg) => {
    const token = await forger.sign({ alg, kid: alg }, forger.claims(), forger.keys[alg].privateKey);
    expectInvalidToken(await ask(token));
  });

  test.each(["jku", "x5u"])("refuses %s, and calls nobody", async (name) => {
    const token = await forger.sign({ [name]: `${service.tenant.description.endpoint}/evil/jwks` });
    expectInvalidToken(await ask(token));
    expect(service.tenant.requests.all()).toEqual([]);
  });

  test.each(["jwk", "x5c"])("refuses %s and the key it brings", async (name) => {
    const own = await generateKeyPair("ES384", { extractable: true });
    const brought = name === "jwk" ? { jwk: forger.publicJwk } : { x5c: ["MIIB"] };
    expectInvalidToken(await ask(await forger.sign(brought, forger.claims(), own.privateKey)));
    expectInvalidToken(await ask(await forger.sign(brought)));
  });
});

describe("signature", () => {
  test.each(["none", "None", "NONE", "nOnE"])("refuses alg %s, signed or not", async (alg) => {
    const token = await forger.sign({ alg });
    expectInvalidToken(await ask(withoutSignature(token)));
    expectInvalidToken(await ask(token));
  });

  test.each<[string, (token: string) => string]>([
    ["an empty one", withoutSignature],
    ["zeros", (token) => withoutSignature(token) + Buffer.alloc(96).toString("base64url")],
    ["a shorter one", (token) => token.slice(0, -4)],
    ["a longer one", (token) => `${token}AAAA`],
    ["another token's", (token) => withoutSignature(token) + randomBytes(96).toString("base64url")],
    ["padding", (token) => `${token}==`],
    ["a fourth part", (token) => `${token}.AAAA`],
    ["two parts of a JWE", (token) => `${token}.AAAA.AAAA`],
    [
      "its claims changed",
      (token) => token.replace(/\.[^.]+\./, `.${encoded(forger.claims({ jti: "x" }))}.`),
    ],
  ])("refuses %s", async (_name, change) => {
    expectInvalidToken(await ask(change(await forger.sign())));
  });

  test("refuses a DER signature", async () => {
    const input = withoutSignature(await forger.sign()).slice(0, -1);
    const pem = await exportPKCS8(forger.keys.ES384.privateKey);
    const der = createSign("SHA384").update(input).sign(pem).toString("base64url");
    expectInvalidToken(await ask(`${input}.${der}`));
  });

  test("refuses HMAC keyed with the public key in any of its forms", async () => {
    const spki = await exportSPKI(forger.keys.ES384.publicKey);
    for (const secret of [spki, spki.trim(), JSON.stringify(forger.publicJwk), ""]) {
      for (const alg of ["HS256", "HS384"]) {
        const input = `${encoded({ alg, typ: "at+jwt", kid: "ES384" })}.${encoded(forger.claims())}`;
        const mac = createHmac(alg.replace("HS", "sha"), secret).update(input).digest("base64url");
        expectInvalidToken(await ask(`${input}.${mac}`));
      }
    }
  });

  test.each<[string, () => string]>([
    ["an opaque token", () => randomBytes(32).toString("base64url")],
    ["9 KB", () => `e30.${"a".repeat(9000)}.e30`],
  ])("refuses %s and asks for no key", async (_name, token) => {
    expectInvalidToken(await ask(token()));
    expect(service.tenant.requests.all()).toEqual([]);
  });

  test("refuses a right token of 9 KB, and a header of 1 MB before it is read", async () => {
    const large = await forger.sign({}, forger.claims({ extra: "x".repeat(7000) }));
    expect(large.length).toBeGreaterThan(9000);
    expectInvalidToken(await ask(large));
    expectRefusal(await ask(`e30.${"a".repeat(1_000_000)}.e30`), 431, "headers_too_large");
  });
});

describe("machines", () => {
  test("tells a machine's own token, from the tenant itself, that this API serves people", async () => {
    const { m2m, issuer, apiResource } = service.tenant.description;
    const basic = Buffer.from(`${m2m.appId}:${m2m.appSecret}`).toString("base64");
    const response = await fetch(`${issuer}/token`, {
      method: "POST",
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams({ grant_type: "client_credentials", resource: apiResource }),
    });
    const { access_token: token } = JSON.parse(await response.text());
    await expectRefused(service, [403, "user_token_required"], () => ask(token));
  });

  test("tells a forged machine's token nothing", async () => {
    const token = await forger.sign({}, forger.claims({ sub: "machine", client_id: "machine" }));
    expectRefusal(await ask(token), 403, "user_token_required");
    expectInvalidToken(await ask(token.slice(0, -8)));
  });
});
