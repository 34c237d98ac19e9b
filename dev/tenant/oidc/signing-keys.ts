import {
  type CryptoKey,
  calculateJwkThumbprint,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTPayload,
  SignJWT,
} from "jose";

type SigningKey = { jwk: JWK & { kid: string }; privateKey: CryptoKey };

type KeyFinder = ReturnType<typeof createLocalJWKSet>;

/** The tenant's ES384 keys. The first one signs; all of them verify. */
export class SigningKeys {
  #keys: SigningKey[];
  #verifier: KeyFinder;

  private constructor(keys: SigningKey[]) {
    this.#keys = keys;
    this.#verifier = keyFinder(keys);
  }

  static async generate(): Promise<SigningKeys> {
    return new SigningKeys([await newKey()]);
  }

  /** Adds a new signing key. @param keepOld whether the former keys stay published. */
  async rotate(keepOld: boolean): Promise<void> {
    this.#keys = [await newKey(), ...(keepOld ? this.#keys : [])];
    this.#verifier = keyFinder(this.#keys);
  }

  /** The private keys, for oidc-provider. */
  privateJwks(): JWK[] {
    return this.#keys.map(({ jwk }) => jwk);
  }

  /** Finds the key that verifies a token of this tenant. */
  verifier(): KeyFinder {
    return this.#verifier;
  }

  /** Signs any claims. Tests forge tokens with it. @param header overrides `alg`, `typ` and `kid`. */
  async sign(claims: JWTPayload, header: Record<string, unknown> = {}): Promise<string> {
    const [key] = this.#keys;
    if (key === undefined) throw new Error("the tenant has no signing key");
    const protectedHeader = { alg: "ES384", typ: "at+jwt", kid: key.jwk.kid, ...header };
    return new SignJWT(claims).setProtectedHeader(protectedHeader).sign(key.privateKey);
  }
}

function keyFinder(keys: SigningKey[]): KeyFinder {
  return createLocalJWKSet({ keys: keys.map(({ jwk: { d: _private, ...jwk } }) => jwk) });
}

async function newKey(): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair("ES384", { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { jwk: { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: "ES384", use: "sig" }, privateKey };
}
