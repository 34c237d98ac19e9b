/** SHA-256 by the Web Crypto API, which every runtime has. */

const encoder = new TextEncoder();

/** Hashes a text as UTF-8. A value that can be guessed needs a keyed hash instead: see `src/vault`. */
export const sha256 = async (text: string): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(text)));
