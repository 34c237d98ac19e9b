/** Access tokens of the tenant (RFC 9068): the checks, their order, and the cache of verified tokens. */
import { base64url, type CryptoKey, compactVerify } from "jose";
import * as z from "zod";
import type { SigningKeys } from "../logto/signing-keys.ts";
import type { Metrics } from "../platform.ts";
import { type CredentialFault, Refusal } from "../problem.ts";
import { type UserId, userIdSchema } from "../user-id.ts";
import { createTokenCache } from "./token-cache.ts";

const maxTokenBytes = 8192;
/** How long a token is accepted after its expiry. */
export const toleranceSeconds = 5;
/** How far the tenant's clock may be ahead of this one. */
export const clockSkewSeconds = 60;
/** Of an access token, from `iat` to `exp`. */
export const maxLifetimeSeconds = 24 * 60 * 60;
const threeParts = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

type AccessTokenClaims = {
  userId: UserId;
  /** Keyed hash of the user id. */
  personHash: string;
  clientId: string;
  scopes: ReadonlySet<string>;
  /** Milliseconds since the epoch. */
  expiresAt: number;
};

export type AccessTokenVerifier = {
  /**
   * @throws {Refusal} `invalid_token`; `user_token_required` for the token of a machine; `upstream_unavailable` while no
   * key is known.
   */
  verify(token: string): Promise<AccessTokenClaims>;
};

/** Header parameters by which a token could choose its own key or its own processing. */
const forbiddenParameters = ["jku", "jwk", "x5u", "x5c", "crit", "b64", "zip"];

const headerSchema = z
  .looseObject({
    alg: z.enum(["ES384", "ES256", "RS256"]),
    typ: z.string().refine((value) => value.toLowerCase() === "at+jwt"),
    kid: z.string().regex(/^[A-Za-z0-9_-]{1,128}$/),
  })
  .refine((header) => forbiddenParameters.every((name) => !Object.hasOwn(header, name)), { path: ["crit"] });

const claimsSchema = (issuer: string, audience: string) =>
  z.object({
    iss: z.literal(issuer),
    aud: z.literal(audience),
    // Whoever presents a bound token must prove the possession of a key (RFC 7800): it is no bearer token.
    cnf: z.never().optional(),
    sub: userIdSchema,
    client_id: z.string().min(1).max(128),
    scope: z.string().default(""),
    iat: z.number(),
    exp: z.number(),
    nbf: z.number().optional(),
  });

/** What is wrong if a member is; any other member makes a token malformed. */
const faults = new Map<unknown, CredentialFault>([
  ["alg", "wrong_algorithm"],
  ["typ", "wrong_typ"],
  ["kid", "unknown_key"],
  ["crit", "forbidden_header"],
  ["iss", "wrong_issuer"],
  ["aud", "wrong_audience"],
  ["cnf", "bound_token"],
  ["sub", "bad_subject"],
  ["client_id", "bad_client"],
]);

type RawClaims = z.infer<ReturnType<typeof claimsSchema>>;

/**
 * Verifies access tokens issued to people for this API.
 * @param issuer compared with `iss` exactly.
 * @param audience compared with `aud`, which must be one string.
 * @param now milliseconds since the epoch.
 * @param digest SHA-256 as text, by which the cache finds a verified token.
 * @see RFC 9068. Beyond it, `iat`, a limited lifetime and a single `aud` are required.
 */
export function createAccessTokenVerifier(options: {
  issuer: string;
  audience: string;
  /** Used only after every check that needs no key. */
  keys: SigningKeys;
  now(): number;
  /** A keyed hash of a user id; made once for each token. */
  hashPerson(userId: UserId): Promise<string>;
  digest(token: string): string | Promise<string>;
  metrics?: Metrics | undefined;
  /** Under which the metrics show the cache. Default: `access_tokens`. */
  cacheName?: string;
}): AccessTokenVerifier {
  const { keys, now, digest } = options;
  const schema = claimsSchema(options.issuer, options.audience);
  const cache = createTokenCache<AccessTokenClaims>({
    capacity: 10_000,
    isCurrent: (kid) => keys.current(kid),
    toleranceMs: toleranceSeconds * 1000,
    now,
  });
  options.metrics?.watchCache(options.cacheName ?? "access_tokens", () => cache.use());

  const verifyUncached = async (token: string) => {
    const [encodedHeader = "", encodedClaims = ""] = token.split(".");
    const header = parse(headerSchema, encodedHeader);
    const raw = parse(schema, encodedClaims);
    const fault = timeFault(raw, now() / 1000);
    if (fault) throw notAccepted(fault);
    await checkSignature(token, await keys.find({ kid: header.kid, alg: header.alg }), header.alg);
    if (raw.sub === raw.client_id) throw new Refusal("user_token_required");
    return { kid: header.kid, claims: toClaims(raw, await options.hashPerson(raw.sub)) };
  };

  return {
    async verify(token) {
      if (token.length > maxTokenBytes) throw notAccepted("too_long");
      const key = await digest(token);
      const known = cache.get(key);
      if (known) return known;
      if (!threeParts.test(token)) throw notAccepted("opaque");
      const { kid, claims } = await verifyUncached(token);
      cache.set(key, kid, claims);
      return claims;
    },
  };
}

const notAccepted = (reason: CredentialFault, cause?: unknown) =>
  new Refusal("invalid_token", { reason }, { cause });

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Decodes one part of the token. Whatever is wrong, the caller learns only that the token is not accepted. */
function parse<Schema extends z.ZodType>(schema: Schema, encoded: string): z.infer<Schema> {
  const parsed = schema.safeParse(decode(encoded));
  if (!parsed.success) throw notAccepted(faults.get(parsed.error.issues[0]?.path[0]) ?? "malformed");
  return parsed.data;
}

function decode(encoded: string): unknown {
  try {
    return JSON.parse(utf8.decode(base64url.decode(encoded)));
  } catch {
    return undefined;
  }
}

function timeFault({ iat, exp, nbf = iat }: RawClaims, nowSeconds: number): CredentialFault | undefined {
  if (Math.max(iat, nbf) > nowSeconds + clockSkewSeconds) return "not_yet_valid";
  if (nowSeconds > exp + toleranceSeconds) return "expired";
  return exp > iat + maxLifetimeSeconds ? "lifetime_too_long" : undefined;
}

async function checkSignature(token: string, key: CryptoKey, alg: string): Promise<void> {
  try {
    await compactVerify(token, key, { algorithms: [alg] });
  } catch (cause) {
    throw notAccepted("bad_signature", cause);
  }
}

const toClaims = (raw: RawClaims, personHash: string): AccessTokenClaims => ({
  userId: raw.sub,
  personHash,
  clientId: raw.client_id,
  scopes: new Set(raw.scope.split(" ").filter(Boolean)),
  expiresAt: raw.exp * 1000,
});
