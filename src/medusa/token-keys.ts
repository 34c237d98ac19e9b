/** The keys that sign tokens (ES256). They are made here, kept sealed in the database, and follow one another. */
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK } from "jose";
import * as z from "zod";
import type { SigningKeys } from "../logto/signing-keys.ts";
import { Refusal } from "../problem.ts";
import type { Services } from "../services.ts";
import { randomText } from "../session/cookies.ts";
import { secretContext } from "../vault/sealed-document.ts";

const algorithm = "ES256";
/** The name in the table `secrets`. */
const name = "medusa-token-keys";
const hour = 3_600_000;
const day = 24 * hour;
/** A key signs for so long. Whoever keeps a copy of the public key has a year to fetch the next one. */
const signsMs = 365 * day;
/** A new key is published for so long before it signs. */
const aheadMs = 30 * day;
/** After its last token has expired a key is published no more. */
const verifiesMs = 2 * day;
/** Other instances may have made a key meanwhile. */
const keptMs = 5 * 60_000;
const pauseMs = 10_000;

const storedKeys = z
  .array(
    z.object({
      kid: z.string(),
      signsFrom: z.number(),
      jwk: z.object({
        kty: z.literal("EC"),
        crv: z.literal("P-256"),
        x: z.string(),
        y: z.string(),
        d: z.string(),
      }),
    }),
  )
  .min(1);
type StoredKey = z.output<typeof storedKeys>[number];
type Loaded = { keys: readonly StoredKey[]; imported: ReadonlyMap<string, CryptoKey>; at: number };

export type TokenKeys = SigningKeys & {
  /** @returns the key that signs now. @throws {Refusal} `data_integrity`, `storage_unavailable`. */
  signer(): Promise<{ kid: string; key: CryptoKey }>;
  /** @returns the public keys, for everybody. @throws as `signer`. */
  published(): Promise<JWK[]>;
};

type KeyServices = Pick<Services, "platform" | "db" | "vault">;

/** Reads nothing before the first use. */
export function createTokenKeys(services: KeyServices): TokenKeys {
  const { platform } = services;
  let loaded: Loaded | undefined;

  const load = () =>
    platform.coalesce("medusa-token-keys", async () => {
      const keys = await readKeys(services);
      const imported = keys.map(
        async ({ kid, jwk: { d: _secret, ...jwk } }) => [kid, await toKey(jwk)] as const,
      );
      loaded = { keys, imported: new Map(await Promise.all(imported)), at: platform.now() };
      return loaded;
    });
  const current = async () => (loaded && platform.now() - loaded.at < keptMs ? loaded : load());

  return {
    async signer() {
      const { keys } = await current();
      const key = signerAt(keys, platform.now());
      return { kid: key.kid, key: await toKey(key.jwk) };
    },
    async published() {
      const { keys } = await current();
      return keys.map(({ kid, jwk: { d: _secret, ...jwk } }) => ({
        ...jwk,
        kid,
        alg: algorithm,
        use: "sig",
      }));
    },
    async find({ kid, alg }) {
      if (alg !== algorithm) throw new Refusal("invalid_token", { reason: "wrong_algorithm" });
      const known = await current();
      const wanted = typeof kid === "string" ? kid : "";
      const isOld = platform.now() - known.at >= pauseMs;
      const { imported } = known.imported.has(wanted) || !isOld ? known : await load();
      const key = imported.get(wanted);
      if (!key) throw new Refusal("invalid_token", { reason: "unknown_key" });
      return key;
    },
    current: (kid) => loaded !== undefined && platform.now() - loaded.at < keptMs && loaded.imported.has(kid),
  };
}

async function toKey(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, algorithm);
  if (key instanceof Uint8Array) throw new Error("An EC key is not read as one.");
  return key;
}

/** The newest that may sign. There is always one that may: the first signs at once. */
function signerAt(keys: readonly StoredKey[], now: number): StoredKey {
  const [first, ...others] = keys.toSorted((one, other) => other.signsFrom - one.signsFrom);
  if (!first) throw new Error("The list of keys is never empty.");
  return [first, ...others].find(({ signsFrom }) => signsFrom <= now) ?? first;
}

/** Reads the keys, and makes the next one when it is time. Of instances that do so at once, one wins. */
async function readKeys(services: KeyServices): Promise<StoredKey[]> {
  const { platform, db, vault } = services;
  const now = platform.now();
  const row = await db.secrets.find(name);
  if (!row) {
    const sealed = await vault.seal(secretContext, [await newKey(now)]);
    await db.secrets.insert({ name, kid: vault.current, sealed });
    return readKeys(services);
  }
  const stored = storedKeys.parse(await vault.open(secretContext, row.sealed));
  const next = await keysAt(stored, now);
  if (next === stored) return stored;
  const isOurs = await db.secrets.reseal(row, vault.current, await vault.seal(secretContext, next));
  return isOurs ? next : readKeys(services);
}

async function keysAt(stored: StoredKey[], now: number): Promise<StoredKey[]> {
  const newest = Math.max(...stored.map(({ signsFrom }) => signsFrom));
  const ends = newest + signsMs;
  const signer = signerAt(stored, now);
  const isOver = ({ signsFrom }: StoredKey) =>
    signsFrom < signer.signsFrom && signer.signsFrom + verifiesMs <= now;
  const isDue = now >= ends - aheadMs;
  if (!isDue && !stored.some(isOver)) return stored;
  const kept = stored.filter((key) => !isOver(key));
  return isDue ? [...kept, await newKey(Math.max(ends, now + hour))] : kept;
}

async function newKey(signsFrom: number): Promise<StoredKey> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const shape = storedKeys.element.shape.jwk;
  return { kid: randomText(9), signsFrom, jwk: shape.parse(await exportJWK(privateKey)) };
}
