import { type Cipher, type CreateCipher, webCipher } from "../ciphers.ts";
import type { EncryptionKeys } from "../encryption-keys.ts";

/** The encryption keys. */
export type Keyring = {
  /** The id of the key that encrypts. */
  readonly current: string;
  /** The ids of all keys that decrypt, the current one first. */
  readonly kids: readonly string[];
  /** @returns what encrypts and decrypts under a key; undefined if no key with this id is configured. */
  cipher(kid: string): Promise<Cipher | undefined>;
};

/** @param keys the keys of `ENCRYPTION_KEYS`: the first encrypts, all decrypt. */
export function createKeyring(keys: EncryptionKeys, createCipher: CreateCipher = webCipher): Keyring {
  const ciphers = new Map(keys.map(({ kid, bytes }) => [kid, createCipher(bytes)]));
  return {
    current: keys[0].kid,
    kids: [...ciphers.keys()],
    cipher: async (kid) => ciphers.get(kid),
  };
}
