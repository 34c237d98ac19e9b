/** Fetches and parses the tenant's JSON Web Key Set (RFC 7517). */
import { type CryptoKey, importJWK } from "jose";
import * as z from "zod";
import type { Platform } from "../platform.ts";
import { boundedFetch } from "./bounded-fetch.ts";
import type { LogtoTuning } from "./tuning.ts";

type Algorithm = "ES384" | "ES256" | "RS256";
export type PublishedKeys = ReadonlyMap<string, { alg: Algorithm; key: CryptoKey }>;

const publicMembers = {
  kid: z.string().min(1).max(128),
  use: z.literal("sig").optional(),
  d: z.never().optional(),
};

/** The keys that can verify an access token. A key without `alg` gets the one algorithm of its type. */
const signatureKey = z.union([
  z.object({
    ...publicMembers,
    kty: z.literal("EC"),
    crv: z.literal("P-384"),
    alg: z.literal("ES384").default("ES384"),
    x: z.string(),
    y: z.string(),
  }),
  z.object({
    ...publicMembers,
    kty: z.literal("EC"),
    crv: z.literal("P-256"),
    alg: z.literal("ES256").default("ES256"),
    x: z.string(),
    y: z.string(),
  }),
  z.object({
    ...publicMembers,
    kty: z.literal("RSA"),
    alg: z.literal("RS256").default("RS256"),
    n: z.string(),
    e: z.string(),
  }),
]);

const keySet = z.object({ keys: z.array(z.unknown()).max(100) });

async function importKey(jwk: unknown) {
  const { success, data } = signatureKey.safeParse(jwk);
  if (!success) return [];
  const { kid, alg, use: _use, d: _d, ...rest } = data;
  try {
    const key = await importJWK({ ...rest, alg }, alg);
    return key instanceof Uint8Array ? [] : [[kid, { alg, key }] as const];
  } catch {
    return [];
  }
}

/**
 * Fetches the key set. Keys of other types are left out.
 * @throws {Error} for an error status, no answer in time, or a malformed or oversized answer.
 */
export async function fetchKeys(
  jwksUri: string,
  { fetch }: Platform,
  tuning: LogtoTuning,
): Promise<PublishedKeys> {
  const response = await boundedFetch(fetch, tuning.jwksBytes)(jwksUri, {
    headers: { accept: "application/jwk-set+json, application/json" },
    signal: AbortSignal.timeout(tuning.jwksMs),
  });
  if (!response.ok) throw new Error(`The key set answered ${response.status}`);
  const { keys } = keySet.parse(await response.json());
  return new Map((await Promise.all(keys.map(importKey))).flat());
}
