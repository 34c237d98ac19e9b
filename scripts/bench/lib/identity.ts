/** The signing key of the made-up tenant, the key of the vault, and an access token for each person. */
import { createHash, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { base64url, exportJWK, generateKeyPair } from "jose";
import { personId, tenant } from "./tenant.ts";

export type Identity = {
  /** The file with the key set that the tenant publishes. */
  keySetPath: string;
  /** 32 bytes in base64. */
  vaultKey: string;
  /** @returns the file with a token a line, and the first of these tokens. */
  tokensFor(people: number): { file: string; tokens: readonly string[] };
};

/** The order of the curve P-384 (NIST SP 800-186). */
const order =
  0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n;
const lifeSeconds = 12 * 3600;

const numberOf = (encoded = "") => BigInt(`0x${Buffer.from(base64url.decode(encoded)).toString("hex")}`);
const bytesOf = (number: bigint) => Buffer.from(number.toString(16).padStart(96, "0"), "hex");
const encoded = (value: object) => base64url.encode(JSON.stringify(value));

/** The inverse modulo the order, a prime: the power of order - 2. */
function inverse(value: bigint): bigint {
  let result = 1n;
  let base = value % order;
  for (let exponent = order - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % order;
    base = (base * base) % order;
  }
  return result;
}

const newKey = async () => exportJWK((await generateKeyPair("ES384", { extractable: true })).privateKey);

/**
 * Signs with one nonce for all tokens. This gives the key away, and 100,000 signatures in a second instead of minutes;
 * to verify one takes the same time as ever.
 */
async function createSigner() {
  const [{ d: secret, ...publicJwk }, nonce] = await Promise.all([newKey(), newKey()]);
  const r = numberOf(nonce.x) % order;
  const nonceInverse = inverse(numberOf(nonce.d));
  const product = (r * numberOf(secret)) % order;
  const sign = (input: string) => {
    const digest = BigInt(`0x${createHash("sha384").update(input).digest("hex")}`);
    const s = (nonceInverse * (digest + product)) % order;
    return base64url.encode(Buffer.concat([bytesOf(r), bytesOf(s)]));
  };
  return { publicJwk: { ...publicJwk, kid: "bench", alg: "ES384", use: "sig" }, sign };
}

/** @param folder takes the files. */
export async function createIdentity(folder: string): Promise<Identity> {
  const { publicJwk, sign } = await createSigner();
  const keySetPath = join(folder, "jwks.json");
  writeFileSync(keySetPath, JSON.stringify({ keys: [publicJwk] }));
  const head = encoded({ alg: "ES384", typ: "at+jwt", kid: "bench" });
  const iat = Math.floor(Date.now() / 1000);
  const common = { iss: tenant.issuer, aud: tenant.apiResource, client_id: tenant.clientId };
  const tokenOf = (index: number) => {
    const own = { sub: personId(index), jti: `token${index}`, iat, exp: iat + lifeSeconds };
    const input = `${head}.${encoded({ ...common, scope: "profile:read profile:write", ...own })}`;
    return `${input}.${sign(input)}`;
  };

  const tokens: string[] = [];
  const file = join(folder, "tokens.txt");
  return {
    keySetPath,
    vaultKey: randomBytes(32).toString("base64"),
    tokensFor(people) {
      while (tokens.length < people) tokens.push(tokenOf(tokens.length));
      writeFileSync(file, `${tokens.join("\n")}\n`);
      return { file, tokens: tokens.slice(0, people) };
    },
  };
}
