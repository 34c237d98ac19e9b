/** The vault: documents sealed under the keys of the configuration, and keyed hashes of values that are looked up. */
import type { Db } from "../../db/repositories.ts";
import type { EncryptionKeys } from "../config.ts";
import { type KeyedHash, loadKeyedHash } from "./keyed-hash.ts";
import { createKeyring } from "./keyring.ts";
import { createSealer, type Sealer } from "./sealed-document.ts";
import { verifyKeys } from "./verify-keys.ts";

export type Vault = Sealer & {
  /** Names addresses and people in the database and the log without storing them. */
  keyedHash: KeyedHash;
};

/**
 * Opens the vault of a database after checking that the keys are the ones it was written with.
 * @throws {OperatorError} when `ENCRYPTION_KEYS` does not fit the database.
 */
export async function openVault(
  keys: EncryptionKeys,
  { canaries, secrets }: Pick<Db, "canaries" | "secrets">,
): Promise<Vault> {
  const keyring = createKeyring(keys);
  await verifyKeys(keyring, canaries);
  return { ...createSealer(keyring), keyedHash: await loadKeyedHash(keyring, secrets) };
}
