import { base64url, CompactEncrypt, compactDecrypt, decodeProtectedHeader } from "jose";
import * as z from "zod";
import type { JsonValue } from "../json.ts";
import { Refusal } from "../problem.ts";
import type { Keyring } from "./keyring.ts";

/** What a document is sealed for. It cannot be opened for another user or another purpose. */
export type SealContext = {
  userId: string;
  purpose:
    | "vault"
    | "journal"
    | "answer"
    | "session"
    | "flow"
    | "medusa-flow"
    | "token"
    | "secret"
    | "canary"
    | "page";
};

/** The secrets that the service makes for itself belong to no user. */
export const secretContext = { userId: "", purpose: "secret" } as const satisfies SealContext;

/** The compact form: no encrypted key (`dir`), a nonce of 12 bytes, a tag of 16 bytes. */
const compactForm = /^[\w-]+\.\.[\w-]{16}\.([\w-]+)\.([\w-]{22})$/;

const protectedHeader = z.strictObject({
  alg: z.literal("dir"),
  enc: z.literal("A256GCM"),
  kid: z.string(),
  sub: z.string(),
  purpose: z.string(),
});

/**
 * Encrypts a JSON value under the current key, for one user and one purpose.
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
 * Decrypts what `seal` made for the same user and purpose.
 * @throws {Refusal} `data_integrity` for everything else. It does not say what differs.
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

/** `seal` and `open` with a keyring, for the callers outside this folder. */
export type Sealer = {
  /** Id of the key that seals. */
  readonly current: string;
  /** See the function `seal`. */
  seal(context: SealContext, value: JsonValue): Promise<string>;
  /** See the function `open`. */
  open(context: SealContext, sealed: string): Promise<JsonValue>;
};

export const createSealer = (keyring: Keyring): Sealer => ({
  current: keyring.current,
  seal: (context, value) => seal(keyring, context, value),
  open: (context, sealed) => open(keyring, context, sealed),
});

/**
 * @returns the id of the key that a sealed document names; undefined if it is malformed. The document is not opened.
 */
export function keyIdOf(sealed: string): string | undefined {
  try {
    return decodeProtectedHeader(sealed).kid;
  } catch {
    return undefined;
  }
}

/**
 * Web Crypto accepts shorter tags, and base64url decoders ignore the unused bits of the last character: `seal`
 * writes neither.
 */
function isCanonical(sealed: string) {
  const [, ciphertext, tag] = compactForm.exec(sealed) ?? [];
  return [ciphertext, tag].every(
    (part) => part !== undefined && base64url.encode(base64url.decode(part)) === part,
  );
}

async function keyFor(keyring: Keyring, kid: string | undefined) {
  const key = kid === undefined ? undefined : await keyring.key(kid);
  if (!key) throw new Error("The sealed document names a key that is not configured.");
  return key;
}
