/** AES-256-GCM of texts. A runtime with a synchronous one has its own, which saves a change of threads. */
import { base64url, type CryptoKey } from "jose";

/** What a text is encrypted to: each part in base64url, the nonce of 12 bytes, the tag of 16. */
type Encrypted = { nonce: string; ciphertext: string; tag: string };

export type Cipher = {
  /** Encrypts a text under a new nonce. @param additional ASCII that `decrypt` must be given, too. */
  encrypt(text: string, additional: string): Encrypted | Promise<Encrypted>;
  /** @throws {Error} for anything else than what `encrypt` made with the same key and `additional`. */
  decrypt(encrypted: Encrypted, additional: string): string | Promise<string>;
};

/** @param key 32 bytes. */
export type CreateCipher = (key: Uint8Array<ArrayBuffer>) => Cipher;

const nonceBytes = 12;
const tagBytes = 16;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** By the Web Crypto API, which every runtime has. */
export const webCipher: CreateCipher = (bytes) => {
  // A key and not the promise of one: on Workers, a request cannot await the promise of another request.
  let imported: CryptoKey | undefined;
  return cipherUnder(async () => {
    imported ??= await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
    return imported;
  });
};

/** The same with a key of the Web Crypto API. */
export function cipherUnder(key: () => Promise<CryptoKey>): Cipher {
  const algorithm = (iv: Uint8Array<ArrayBuffer>, additional: string) => ({
    name: "AES-GCM",
    iv,
    additionalData: encoder.encode(additional),
    tagLength: 8 * tagBytes,
  });

  return {
    async encrypt(text, additional) {
      const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes));
      const sealed = new Uint8Array(
        await crypto.subtle.encrypt(algorithm(nonce, additional), await key(), encoder.encode(text)),
      );
      return {
        nonce: base64url.encode(nonce),
        ciphertext: base64url.encode(sealed.subarray(0, -tagBytes)),
        tag: base64url.encode(sealed.subarray(-tagBytes)),
      };
    },

    async decrypt({ nonce, ciphertext, tag }, additional) {
      const [text, mark] = [base64url.decode(ciphertext), base64url.decode(tag)];
      const sealed = new Uint8Array(text.length + mark.length);
      sealed.set(text);
      sealed.set(mark, text.length);
      const iv = new Uint8Array(base64url.decode(nonce));
      return decoder.decode(await crypto.subtle.decrypt(algorithm(iv, additional), await key(), sealed));
    },
  };
}
