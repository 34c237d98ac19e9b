/** The form of `ENCRYPTION_KEYS` and `COOKIE_KEYS`. */
import * as z from "zod";

/** One key: its id and 32 bytes. */
export type EncryptionKey = { kid: string; bytes: Uint8Array<ArrayBuffer> };

/** The first encrypts, all of them decrypt. */
export type EncryptionKeys = readonly [EncryptionKey, ...EncryptionKey[]];

const fromBase64 = (value: string) => {
  try {
    return Uint8Array.from(atob(value), (character) => character.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
};

const keyForm = "must be kid:base64(32 bytes), comma-separated, each kid once";
/** Parses the keys of one variable. */
export const encryptionKeys = z
  .string("is missing")
  .min(1, "is empty")
  .transform((value, context) => {
    const keys = value.split(",").map((item) => {
      const [kid = "", encoded = ""] = item.trim().split(":");
      return { kid, bytes: fromBase64(encoded) };
    });
    const distinct = new Set(keys.map(({ kid }) => kid)).size === keys.length;
    const wellFormed = keys.every(
      ({ kid, bytes }) => /^[A-Za-z0-9_-]{1,64}$/.test(kid) && bytes.length === 32,
    );
    const [first, ...rest] = keys;
    if (!distinct || !wellFormed || !first) {
      context.addIssue({ code: "custom", message: keyForm });
      return z.NEVER;
    }
    return [first, ...rest] as const;
  });
