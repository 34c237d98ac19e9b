import { base64url } from "jose";
import * as z from "zod";
import type { Secrets } from "../../db/secrets.ts";
import type { Keyring } from "./keyring.ts";
import { open, type SealContext, seal } from "./sealed-document.ts";

/**
 * A keyed hash by which a value can be looked up without being stored.
 * @param purpose keeps hashes of one value for different uses apart.
 * @returns HMAC-SHA-256, base64url.
 */
export type KeyedHash = (
  purpose: "recipient" | "user" | "record" | "address" | "request",
  value: string,
) => Promise<string>;

const name = "index-key";
const context = { userId: "", purpose: "secret" } as const satisfies SealContext;

/**
 * Loads the key of the keyed hashes, or makes it the first time. It is random and stored sealed, not derived from
 * an encryption key: hashes that are stored must outlive a rotation.
 * @throws {Refusal} `data_integrity`, `storage_unavailable`.
 */
export async function loadKeyedHash(
  keyring: Keyring,
  secrets: Pick<Secrets, "find" | "insert">,
): Promise<KeyedHash> {
  const row = (await secrets.find(name)) ?? (await createHashKey(keyring, secrets));
  const bytes = new Uint8Array(base64url.decode(z.string().parse(await open(keyring, context, row.sealed))));
  const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const encoder = new TextEncoder();
  return async (purpose, value) =>
    base64url.encode(
      new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(`${purpose}\0${value}`))),
    );
}

async function createHashKey(keyring: Keyring, secrets: Pick<Secrets, "find" | "insert">) {
  const fresh = base64url.encode(crypto.getRandomValues(new Uint8Array(32)));
  await secrets.insert({ name, kid: keyring.current, sealed: await seal(keyring, context, fresh) });
  // Another instance may have been first: its key is the one.
  const row = await secrets.find(name);
  if (!row) throw new Error("The index key was not stored.");
  return row;
}
