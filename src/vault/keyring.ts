import type { CryptoKey } from "jose";
import type { EncryptionKeys } from "../config.ts";

/** The encryption keys, imported when first used. */
export type Keyring = {
  /** The key that encrypts. */
  readonly current: string;
  /** All that decrypt, the current one first. */
  readonly kids: readonly string[];
  /** @returns undefined for a key that is not, or no longer, configured. */
  key(kid: string): Promise<CryptoKey | undefined>;
};

/** @param keys as configured in `ENCRYPTION_KEYS`: the first encrypts, all decrypt. */
export function createKeyring(keys: EncryptionKeys): Keyring {
  const bytes = new Map(keys.map((key) => [key.kid, key.bytes]));
  // Keys, not promises of keys: on Workers a promise belongs to the request that made it.
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
