import { base64url, decodeProtectedHeader } from "jose";
import * as z from "zod";
import type { Cipher } from "../ciphers.ts";
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
    | "page"
    | "notice"
    | "former-values";
};

/** The secrets that the service makes for itself belong to no user. */
export const secretContext = { userId: "", purpose: "secret" } as const satisfies SealContext;

/**
 * The compact form: a header, no encrypted key (`dir`), a nonce of 12 bytes, a ciphertext, a tag of 16 bytes. Of the last
 * characters only those that `seal` writes: decoders ignore the unused bits of one.
 */
const compactForm =
  /^([\w-]+)\.\.([\w-]{16})\.((?:[\w-]{4})*(?:[\w-][AQgw]|[\w-]{2}[AEIMQUYcgkosw048])?)\.([\w-]{21}[AQgw])$/;

const protectedHeader = z.strictObject({
  alg: z.literal("dir"),
  enc: z.literal("A256GCM"),
  kid: z.string(),
  sub: z.string(),
  purpose: z.string(),
});

const decoder = new TextDecoder();

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
  const header = { alg: "dir", enc: "A256GCM", kid, sub: userId, purpose };
  const encodedHeader = base64url.encode(JSON.stringify(header));
  const cipher = await cipherOf(keyring, kid);
  const { nonce, ciphertext, tag } = await cipher.encrypt(JSON.stringify(value), encodedHeader);
  return `${encodedHeader}..${nonce}.${ciphertext}.${tag}`;
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
    const [, encodedHeader = "", nonce = "", ciphertext = "", tag = ""] = compactForm.exec(sealed) ?? [];
    const header = JSON.parse(decoder.decode(base64url.decode(encodedHeader)));
    const { kid, sub, purpose: writtenFor } = protectedHeader.parse(header);
    if (sub !== userId || writtenFor !== purpose) throw new Error("The sealed document belongs elsewhere.");
    const cipher = await cipherOf(keyring, kid);
    const value: JsonValue = JSON.parse(await cipher.decrypt({ nonce, ciphertext, tag }, encodedHeader));
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

async function cipherOf(keyring: Keyring, kid: string): Promise<Cipher> {
  const cipher = await keyring.cipher(kid);
  if (!cipher) throw new Error("There is no key with this id.");
  return cipher;
}
