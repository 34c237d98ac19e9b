import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from "node:crypto";
import type { CreateCipher } from "../../ciphers.ts";

const algorithm = "aes-256-gcm";
const nonceBytes = 12;
const authTagLength = 16;
const decoder = new TextDecoder("utf-8", { fatal: true });

/** By Node's own functions: a document is opened before the Web Crypto API has changed threads. */
export const nodeCipher: CreateCipher = (bytes) => {
  const key = createSecretKey(bytes);
  return {
    encrypt(text, additional) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, key, nonce, { authTagLength });
      cipher.setAAD(Buffer.from(additional));
      const ciphertext = cipher.update(text, "utf8", "base64url") + cipher.final("base64url");
      return {
        nonce: nonce.toString("base64url"),
        ciphertext,
        tag: cipher.getAuthTag().toString("base64url"),
      };
    },

    decrypt({ nonce, ciphertext, tag }, additional) {
      const decipher = createDecipheriv(algorithm, key, Buffer.from(nonce, "base64url"), { authTagLength });
      decipher.setAAD(Buffer.from(additional));
      decipher.setAuthTag(Buffer.from(tag, "base64url"));
      return decoder.decode(Buffer.concat([decipher.update(ciphertext, "base64url"), decipher.final()]));
    },
  };
};
