import type { CryptoKey } from "jose";
import type { EncryptionKeys } from "../encryption-keys.ts";

/** The encryption keys. Each is imported when it is first used. */
export type Keyring = {
  /** The id of the key that encrypts. */
  readonly current: string;
  /** The ids of all keys that decrypt, the current one first. */
  readonly kids: readonly string[];
  /** @returns undefined if no key with this id is configured. */
  key(kid: string): Promise<CryptoKey | undefined>;
};

/** @param keys the keys of `ENCRYPTION_KEYS`: the first encrypts, all decrypt. */
export function createKeyring(keys: EncryptionKeys): Keyring {
  const bytes = new Map(keys.map((key) => [key.kid, key.bytes]));
  // Keys and not promises of keys: on Workers, a request cannot await the promise of another request.
  const imported = new Map<string, CryptoKey>();
  return {
    current: keys[0].kid,
    kids: [...bytes.keys()],
    async key(kid) {
      const known = imported.get(kid);
      const raw = bytes.get(kid);
      if (known || !raw) return known;
      const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
      imported.set(kid, key);
      return key;
    },
  };
}
