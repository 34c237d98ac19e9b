/** The vault: it seals and opens documents with the configured keys, and makes keyed hashes. */
import type { Db } from "../../db/repositories.ts";
import { webCipher } from "../ciphers.ts";
import { webDigests } from "../digests.ts";
import type { EncryptionKeys } from "../encryption-keys.ts";
import type { Platform } from "../platform.ts";
import { type KeyedHash, loadKeyedHash } from "./keyed-hash.ts";
import { createKeyring } from "./keyring.ts";
import { createSealer, type Sealer } from "./sealed-document.ts";
import { verifyKeys } from "./verify-keys.ts";

export type Vault = Sealer & {
  /** Stands for an address or a person in the database and in the log. */
  keyedHash: KeyedHash;
};

/**
 * Checks the keys against the database, then loads or makes the key of the keyed hashes.
 * @throws {OperatorError} if `ENCRYPTION_KEYS` does not fit the database.
 * @throws {Refusal} `data_integrity`, `storage_unavailable`.
 */
export async function openVault(
  keys: EncryptionKeys,
  { canaries, secrets }: Pick<Db, "canaries" | "secrets">,
  { digests, cipher }: Pick<Platform, "digests" | "cipher"> = { digests: webDigests, cipher: webCipher },
): Promise<Vault> {
  const keyring = createKeyring(keys, cipher);
  const state = await verifyKeys(keyring, canaries);
  return {
    ...createSealer(keyring),
    keyedHash: await loadKeyedHash(keyring, secrets, state.secrets, digests),
  };
}
