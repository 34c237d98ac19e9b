/** Digests and keyed hashes of texts. A runtime with synchronous ones has its own, which save a change of threads. */
import { base64url } from "jose";

export type Digests = {
  /** SHA-256 of a text as UTF-8, base64url. A value that can be guessed needs a keyed hash instead. */
  sha256(text: string): string | Promise<string>;
  /** @returns HMAC-SHA-256 under a key, base64url. */
  hmac(key: Uint8Array<ArrayBuffer>): (text: string) => string | Promise<string>;
};

const encoder = new TextEncoder();
const encode = (bytes: ArrayBuffer) => base64url.encode(new Uint8Array(bytes));

/** By the Web Crypto API, which every runtime has. */
export const webDigests: Digests = {
  sha256: async (text) => encode(await crypto.subtle.digest("SHA-256", encoder.encode(text))),
  hmac(bytes) {
    const algorithm = { name: "HMAC", hash: "SHA-256" };
    const imported = crypto.subtle.importKey("raw", bytes, algorithm, false, ["sign"]);
    return async (text) => encode(await crypto.subtle.sign("HMAC", await imported, encoder.encode(text)));
  },
};
