/** Tokens that no honest tenant would sign, under keys that it nevertheless publishes. */
import { type CryptoKey, exportJWK, generateKeyPair, type JWK } from "jose";
import * as z from "zod";
import { craft } from "../http/support.ts";
import type { TestService } from "./service.ts";

type Pair = { publicKey: CryptoKey; privateKey: CryptoKey };

/** Signs with published keys, so that a refusal is about what the token says. */
export type Forger = {
  claims(overrides?: object): Record<string, unknown>;
  /** Signs with the tenant's ES384 key unless another is named. @param claims as text, they are signed as they stand. */
  sign(header?: object, claims?: object | string, key?: CryptoKey): Promise<string>;
  keys: Record<"ES384" | "ES256" | "RS256" | "ES512" | "EdDSA" | "PS256", Pair>;
  /** The published form of the ES384 key. */
  publicJwk: JWK;
};

const keySet = z.object({ keys: z.array(z.unknown()) });

/** Publishes one key of each algorithm beside the tenant's own, and signs for alice. */
export async function createForger(service: TestService): Promise<Forger> {
  const { tenant, platform, config } = service;
  const keys = {
    ES384: await generateKeyPair("ES384", { extractable: true }),
    ES256: await generateKeyPair("ES256", { extractable: true }),
    RS256: await generateKeyPair("RS256", { extractable: true }),
    ES512: await generateKeyPair("ES512", { extractable: true }),
    EdDSA: await generateKeyPair("EdDSA", { extractable: true }),
    PS256: await generateKeyPair("PS256", { extractable: true }),
  };
  const ours = Object.entries(keys).map(async ([alg, { publicKey }]) => ({
    ...(await exportJWK(publicKey)),
    kid: alg,
    alg,
    use: "sig",
  }));
  const [es384] = await Promise.all(ours);
  if (!es384) throw new Error("no key was made");
  const jwks = await fetch(`${config.logto.issuer}/jwks`);
  const published = [...keySet.parse(await jwks.json()).keys, ...(await Promise.all(ours))];
  tenant.faults.add({ match: { path: /^\/oidc\/jwks$/ }, body: JSON.stringify({ keys: published }) });

  const claims = (overrides: object = {}) => {
    const iat = Math.floor(platform.now() / 1000);
    const { issuer: iss } = config.logto;
    const who = { iss, aud: config.apiResource, sub: service.userId("alice"), client_id: "spa-client" };
    return { ...who, scope: "profile:read profile:write", iat, exp: iat + 3600, ...overrides };
  };
  return {
    claims,
    keys,
    publicJwk: es384,
    sign: (header = {}, payload = claims(), key = keys.ES384.privateKey) =>
      craft({ alg: "ES384", typ: "at+jwt", kid: "ES384", ...header }, payload, key),
  };
}
