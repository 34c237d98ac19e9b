import { base64url, CompactEncrypt, compactDecrypt, decodeProtectedHeader } from "jose";
import * as z from "zod";
import type { JsonValue } from "../json.ts";
import { Refusal } from "../problem.ts";
import type { Keyring } from "./keyring.ts";

/** Where a document belongs. It opens nowhere else: not for another user, not in another table. */
export type SealContext = {
  userId: string;
  purpose: "vault" | "journal" | "answer" | "session" | "token" | "secret" | "canary";
};

/** `dir` has no encrypted key; the nonce is always 12 bytes and the tag always 16. */
const form = /^[\w-]+\.\.[\w-]{16}\.([\w-]+)\.([\w-]{22})$/;

const protectedHeader = z.strictObject({
  alg: z.literal("dir"),
  enc: z.literal("A256GCM"),
  kid: z.string(),
  sub: z.string(),
  purpose: z.string(),
});

/**
 * Encrypts a JSON value under the current key, bound to its user and purpose.
 * @returns a compact JWE (RFC 7516; `dir`, A256GCM).
 */
export async function seal(
  keyring: Keyring,
  { userId, purpose }: SealContext,
  value: JsonValue,
): Promise<string> {
  const kid = keyring.current;
  const key = await keyring.key(kid);
  if (!key) throw new Error("The keyring lacks its own current key.");
  return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(value)))
    .setProtectedHeader({ alg: "dir", enc: "A256GCM", kid, sub: userId, purpose })
    .encrypt(key);
}

/**
 * Opens what `seal` made for the same user and purpose.
 * @throws {Refusal} `data_integrity` for everything else, without saying what differs.
 */
export async function open(
  keyring: Keyring,
  { userId, purpose }: SealContext,
  sealed: string,
): Promise<JsonValue> {
  try {
    if (!isCanonical(sealed)) throw new Error("The sealed document is not in the form it was written in.");
    const { plaintext, protectedHeader: header } = await compactDecrypt(
      sealed,
      ({ kid }) => keyFor(keyring, kid),
      { keyManagementAlgorithms: ["dir"], contentEncryptionAlgorithms: ["A256GCM"] },
    );
    const { sub, purpose: writtenFor } = protectedHeader.parse(header);
    if (sub !== userId || writtenFor !== purpose) throw new Error("The sealed document belongs elsewhere.");
    const value: JsonValue = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(plaintext));
    return value;
  } catch (cause) {
    throw new Refusal("data_integrity", {}, { cause });
  }
}

/** A keyring put to use: what seals and opens for everybody above this room. */
export type Sealer = {
  /** Id of the key that seals. */
  readonly current: string;
  /** As the function `seal` of this file. */
  seal(context: SealContext, value: JsonValue): Promise<string>;
  /** As the function `open` of this file. */
  open(context: SealContext, sealed: string): Promise<JsonValue>;
};

export const createSealer = (keyring: Keyring): Sealer => ({
  current: keyring.current,
  seal: (context, value) => seal(keyring, context, value),
  open: (context, sealed) => open(keyring, context, sealed),
});

/** The id of the key that a sealed document names, whether it opens or not. */
export function keyIdOf(sealed: string): string | undefined {
  try {
    return decodeProtectedHeader(sealed).kid;
  } catch {
    return undefined;
  }
}

/** GCM takes short tags, and decoders overlook the spare bits of a last character: neither was written by `seal`. */
function isCanonical(sealed: string) {
  const [, ciphertext, tag] = form.exec(sealed) ?? [];
  return [ciphertext, tag].every(
    (part) => part !== undefined && base64url.encode(base64url.decode(part)) === part,
  );
}

async function keyFor(keyring: Keyring, kid: string | undefined) {
  const key = kid === undefined ? undefined : await keyring.key(kid);
  if (!key) throw new Error("The sealed document names a key that is not configured.");
  return key;
}
