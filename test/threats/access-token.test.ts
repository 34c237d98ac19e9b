/** What an access token must not say, in tokens signed by keys that the tenant does publish. */
import { beforeEach, describe, expect, test } from "vitest";
import { useService, useShared } from "../support/fixtures.ts";
import { expectInvalidToken, expectRefusal } from "../support/refusals.ts";
import type { Answer } from "../support/service.ts";
import { createForger } from "../support/tokens.ts";

const service = useService();
const forger = useShared(() => createForger(service));
beforeEach(() => service.tenant.requests.clear());

const ask = (token: string): Promise<Answer> =>
  service.anonymous("GET", "/me", undefined, { authorization: `Bearer ${token}` });
const now = () => Math.floor(service.platform.now() / 1000);

test("tokens of the test's own keys are accepted, so that the refusals below are about their content", async () => {
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
    ["iat 61 seconds ahead", () => ({ iat: now() + 61 })],
    ["iat three minutes ahead", () => ({ iat: now() + 180 })],
    ["a day's life that begins tomorrow", () => ({ iat: now() + day, exp: now() + 2 * day })],
    ["nbf 61 seconds ahead", () => ({ nbf: now() + 61 })],
    ["nbf three minutes ahead", () => ({ nbf: now() + 180 })],
    ["cnf of DPoP", () => ({ cnf: { jkt: "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" } })],
    ["cnf of mutual TLS", () => ({ cnf: { "x5t#S256": "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2" } })],
    ["an empty cnf", () => ({ cnf: {} })],
    ["cnf null", () => ({ cnf: null })],
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

  test("accepts exp 4 seconds ago, and iat and nbf 55 seconds ahead", async () => {
    const expired = forger.claims({ iat: now() - 60, exp: now() - 4 });
    expect((await ask(await forger.sign({}, expired))).status).toBe(200);
    const early = forger.claims({ iat: now() + 55, nbf: now() + 55 });
    expect((await ask(await forger.sign({}, early))).status).toBe(200);
  });

  test("says the same of every token that it refuses, and tells the log why", async () => {
    const lines = () => service.platform.lines.splice(0).map((line): unknown => JSON.parse(line));
    const texts: string[] = [];
    for (const [reason, claims] of [
      ["wrong_issuer", { iss: "https://other.logto.app/oidc" }],
      ["wrong_audience", { aud: "https://other.example.test" }],
      ["bound_token", { cnf: { jkt: "marker" } }],
      ["bad_subject", { sub: "../marker" }],
      ["bad_client", { client_id: undefined }],
      ["not_yet_valid", { nbf: now() + 300 }],
      ["expired", { iat: now() - 900, exp: now() - 300 }],
      ["lifetime_too_long", { exp: now() + 7 * day }],
      ["unknown_person", { sub: "nobody000000" }],
    ] as const) {
      lines();
      const { text, body } = await ask(await forger.sign({}, forger.claims(claims)));
      texts.push(text.replace(body.requestId, ""));
      expect(lines()).toMatchObject([{ status: 401, code: "invalid_token", reason }]);
    }
    expect(new Set(texts).size).toBe(1);
  });

  test("refuses an ID token: another type, another audience, no client_id", async () => {
    const idToken = forger.claims({ aud: "spa-client", client_id: undefined, scope: undefined });
    for (const typ of [undefined, "JWT"]) expectInvalidToken(await ask(await forger.sign({ typ }, idToken)));
  });
});
