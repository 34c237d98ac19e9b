/** Looks whether the keys fit a database, and stores nothing there. */
import type { Canaries } from "../../db/canaries.ts";
import { type Digests, webDigests } from "../digests.ts";
import type { EncryptionKeys } from "../encryption-keys.ts";
import { findKeyedHash, type KeyedHash } from "./keyed-hash.ts";
import { createKeyring } from "./keyring.ts";
import { checkKeys } from "./verify-keys.ts";

/** `newKids`: the keys that nothing was sealed under yet. `keyedHash` is undefined where the service never ran. */
export type VaultInspection = { newKids: readonly string[]; keyedHash: KeyedHash | undefined };

/** @throws {OperatorError} if `ENCRYPTION_KEYS` does not fit the database, {Refusal} as `openVault`. */
export async function inspectVault(
  keys: EncryptionKeys,
  { canaries }: { canaries: Pick<Canaries, "readKeyState"> },
  digests: Digests = webDigests,
): Promise<VaultInspection> {
  const keyring = createKeyring(keys);
  const state = await canaries.readKeyState();
  await checkKeys(keyring, state);
  const newKids = keyring.kids.filter((kid) => !state.canaries.has(kid));
  return { newKids, keyedHash: await findKeyedHash(keyring, state.secrets, digests) };
}
