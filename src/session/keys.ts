/** What is made from `COOKIE_KEYS`: the seal of a flow, the seal of a session's tokens, and tokens of forms. */
import { base64url, type CryptoKey } from "jose";
import { cipherUnder } from "../ciphers.ts";
import type { EncryptionKey, EncryptionKeys } from "../encryption-keys.ts";
import type { Keyring } from "../vault/keyring.ts";
import { createSealer, type Sealer } from "../vault/sealed-document.ts";

export type CookieKeys = {
  /** For what a browser carries to Logto and back. */
  flows: Sealer;
  /** For the tokens of one session. Only whoever has its id can open them. */
  tokens(sessionId: string): Sealer;
  /** The token by which a form shows that its page was made for this session of this person. */
  formToken(session: FormOwner): Promise<string>;
  /** @returns for whose session the page of a form was made; undefined if the token is none of ours. */
  formOwner(token: string): Promise<FormOwner | undefined>;
};

/** A session and its person. */
export type FormOwner = { ref: string; userId: string };

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** HKDF (RFC 5869). @param secret 256 random bits. */
async function derive(
  secret: Uint8Array<ArrayBuffer>,
  salt: Uint8Array<ArrayBuffer>,
  purpose: string,
  algorithm: "AES-GCM" | "HMAC",
): Promise<CryptoKey> {
  const from = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt, info: bytesOf(`profile-bff ${purpose}`) };
  return algorithm === "HMAC"
    ? crypto.subtle.deriveKey(how, from, { name: "HMAC", hash: "SHA-256", length: 256 }, false, [
        "sign",
        "verify",
      ])
    : crypto.subtle.deriveKey(how, from, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

const noSalt = new Uint8Array();

/** @param keys of `COOKIE_KEYS`: the first is used for what is new, all of them for what is there. */
export function createCookieKeys(keys: EncryptionKeys): CookieKeys {
  // Keys and not promises of keys: on Workers, a request cannot await the promise of another request.
  const derived = new Map<string, CryptoKey>();
  const once = async ({ kid, bytes }: EncryptionKey, purpose: string, algorithm: "AES-GCM" | "HMAC") => {
    const name = `${purpose} ${kid}`;
    const key = derived.get(name) ?? (await derive(bytes, noSalt, purpose, algorithm));
    derived.set(name, key);
    return key;
  };
  const ring = (keyFrom: (key: EncryptionKey) => Promise<CryptoKey>): Keyring => ({
    current: keys[0].kid,
    kids: keys.map(({ kid }) => kid),
    async cipher(kid) {
      const found = keys.find((key) => key.kid === kid);
      return found && cipherUnder(() => keyFrom(found));
    },
  });
  const formKey = (key: EncryptionKey) => once(key, "form token", "HMAC");
  const owned = ({ ref, userId }: FormOwner) => bytesOf(`${ref} ${userId}`);

  return {
    flows: createSealer(ring((key) => once(key, "flow", "AES-GCM"))),
    tokens: (sessionId) =>
      createSealer(
        ring(({ bytes }) => derive(new Uint8Array(base64url.decode(sessionId)), bytes, "tokens", "AES-GCM")),
      ),
    async formToken({ ref, userId }) {
      const signature = await crypto.subtle.sign("HMAC", await formKey(keys[0]), owned({ ref, userId }));
      return `${ref}.${userId}.${base64url.encode(new Uint8Array(signature))}`;
    },
    async formOwner(token) {
      const [, ref, userId, signed] = /^([\w-]{1,64})\.([\w-]{1,64})\.([\w-]{43})$/.exec(token) ?? [];
      if (ref === undefined || userId === undefined || signed === undefined) return undefined;
      const signature = new Uint8Array(base64url.decode(signed));
      for (const key of keys) {
        const isOurs = await crypto.subtle.verify(
          "HMAC",
          await formKey(key),
          signature,
          owned({ ref, userId }),
        );
        if (isOurs) return { ref, userId };
      }
      return undefined;
    },
  };
}
