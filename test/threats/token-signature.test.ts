/** How an access token must not be signed, and that a machine's token is refused however it is signed. */
import { createHmac, createSign, randomBytes } from "node:crypto";
import { exportPKCS8, exportSPKI, generateKeyPair } from "jose";
import { beforeEach, describe, expect, test } from "vitest";
import { useService, useShared } from "../support/fixtures.ts";
import { expectInvalidToken, expectRefusal, expectRefused } from "../support/refusals.ts";
import type { Answer } from "../support/service.ts";
import { createForger } from "../support/tokens.ts";

const service = useService();
const forger = useShared(() => createForger(service));
beforeEach(() => service.tenant.requests.clear());

const ask = (token: string): Promise<Answer> =>
  service.anonymous("GET", "/me", undefined, { authorization: `Bearer ${token}` });
const withoutSignature = (token: string) => token.slice(0, token.lastIndexOf(".") + 1);
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

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
    service.platform.catchUp();
    await expectRefused(service, [403, "user_token_required"], () => ask(token));
  });

  test("tells a forged machine's token nothing", async () => {
    const token = await forger.sign({}, forger.claims({ sub: "machine", client_id: "machine" }));
    expectRefusal(await ask(token), 403, "user_token_required");
    expectInvalidToken(await ask(token.slice(0, -8)));
  });
});
