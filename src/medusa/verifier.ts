/** The bearer check of tokens that are issued here, beside those of the tenant. */
import { decodeJwt } from "jose";
import { type AccessTokenVerifier, createAccessTokenVerifier } from "../http/access-token.ts";
import type { Services } from "../services.ts";
import { medusaIssuer } from "./issuer.ts";
import type { TokenKeys } from "./token-keys.ts";

/** The rules of the tenant's tokens, with another issuer and other keys. */
export const createMedusaVerifier = (
  { config, platform, vault }: Pick<Services, "config" | "platform" | "vault">,
  keys: TokenKeys,
): AccessTokenVerifier =>
  createAccessTokenVerifier({
    issuer: medusaIssuer({ config }),
    audience: config.apiResource,
    keys,
    now: platform.now,
    hashPerson: (userId) => vault.keyedHash("user", userId),
    digest: platform.digests.sha256,
    metrics: platform.metrics,
    cacheName: "medusa_tokens",
  });

/** Longer tokens are refused, whoever issued them. */
const longestToken = 8_192;

/** Judges each token by the rules of its issuer. */
export const eitherIssuer = (
  tenant: AccessTokenVerifier,
  { verifier, config }: { verifier: AccessTokenVerifier } & Pick<Services, "config">,
): AccessTokenVerifier => ({
  verify: (token) => (issuerOf(token) === medusaIssuer({ config }) ? verifier : tenant).verify(token),
});

function issuerOf(token: string): unknown {
  if (token.length > longestToken) return undefined;
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}
