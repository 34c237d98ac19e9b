/** The vault: it seals and opens documents with the configured keys, and makes keyed hashes. */
import type { ChainKeys } from "../../db/activity-chain.ts";
import type { Db } from "../../db/repositories.ts";
import { webCipher } from "../ciphers.ts";
import { webDigests } from "../digests.ts";
import type { EncryptionKeys } from "../encryption-keys.ts";
import type { Platform } from "../platform.ts";
import { loadActivityKeys } from "./activity-keys.ts";
import { type KeyedHash, loadKeyedHash } from "./keyed-hash.ts";
import { createKeyring } from "./keyring.ts";
import { createSealer, type Sealer } from "./sealed-document.ts";
import { verifyKeys } from "./verify-keys.ts";

export type Vault = Sealer & {
  /** Stands for an address or a person in the database and in the log. */
  keyedHash: KeyedHash;
  /** The keys by which entries of the activity are sealed and verified. */
  activity: ChainKeys;
};

/**
 * Checks the keys against the database, then loads or makes the keys of the keyed hashes and of the activity.
 * @throws {OperatorError} if `ENCRYPTION_KEYS` does not fit the database.
 * @throws {Refusal} `data_integrity`, `storage_unavailable`.
 */
export async function openVault(
  keys: EncryptionKeys,
  { canaries, secrets, activity }: Pick<Db, "canaries" | "secrets" | "activity">,
  { digests, cipher }: Pick<Platform, "digests" | "cipher"> = { digests: webDigests, cipher: webCipher },
): Promise<Vault> {
  const keyring = createKeyring(keys, cipher);
  const state = await verifyKeys(keyring, canaries);
  return {
    ...createSealer(keyring),
    keyedHash: await loadKeyedHash(keyring, secrets, state.secrets, digests),
    activity: await loadActivityKeys(keyring, { secrets, activity }, state.secrets, digests),
  };
}
