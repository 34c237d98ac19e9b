import { base64url } from "jose";
import * as z from "zod";
import type { KeyState } from "../../db/canaries.ts";
import type { Secrets } from "../../db/secrets.ts";
import type { Digests } from "../digests.ts";
import type { Keyring } from "./keyring.ts";
import { open, seal, secretContext } from "./sealed-document.ts";

/**
 * Hashes a value, so that it can be looked up and compared without being stored.
 * @param purpose one value has a different hash for each purpose.
 * @returns HMAC-SHA-256, base64url.
 */
export type KeyedHash = (
  purpose: "recipient" | "user" | "record" | "address" | "request" | "reference" | "doctor" | "sign-in",
  value: string,
) => Promise<string>;

/** The name of the key in the table `secrets`. */
const name = "index-key";

/**
 * Loads the key of the keyed hashes; the first start makes it. It is random and stored sealed. It is not derived from
 * an encryption key, because the stored hashes must stay valid when the encryption keys are rotated.
 * @param known the sealed secrets that were read already, by name.
 * @throws {Refusal} `data_integrity`, `storage_unavailable`.
 */
export async function loadKeyedHash(
  keyring: Keyring,
  secrets: Pick<Secrets, "find" | "insert">,
  known: KeyState["secrets"],
  digests: Pick<Digests, "hmac">,
): Promise<KeyedHash> {
  return openKeyedHash(keyring, known.get(name) ?? (await createHashKey(keyring, secrets)), digests);
}

/** As `loadKeyedHash`, but makes no key. @returns undefined where the service has made none yet. */
export async function findKeyedHash(
  keyring: Keyring,
  known: KeyState["secrets"],
  digests: Pick<Digests, "hmac">,
): Promise<KeyedHash | undefined> {
  const sealed = known.get(name);
  return sealed === undefined ? undefined : openKeyedHash(keyring, sealed, digests);
}

async function openKeyedHash(
  keyring: Keyring,
  sealed: string,
  digests: Pick<Digests, "hmac">,
): Promise<KeyedHash> {
  const bytes = new Uint8Array(
    base64url.decode(z.string().parse(await open(keyring, secretContext, sealed))),
  );
  const hmac = digests.hmac(bytes);
  return async (purpose, value) => hmac(`${purpose}\0${value}`);
}

async function createHashKey(keyring: Keyring, secrets: Pick<Secrets, "find" | "insert">) {
  const fresh = base64url.encode(crypto.getRandomValues(new Uint8Array(32)));
  await secrets.insert({ name, kid: keyring.current, sealed: await seal(keyring, secretContext, fresh) });
  // If another instance stored its key first, that key is used.
  const row = await secrets.find(name);
  if (!row) throw new Error("The key of the keyed hashes was not stored.");
  return row.sealed;
}
