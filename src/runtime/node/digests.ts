import { createHmac, createSecretKey, hash } from "node:crypto";
import type { Digests } from "../../digests.ts";

/** By Node's own functions: for short texts they are done before the Web Crypto API has changed threads. */
export const nodeDigests: Digests = {
  sha256: (text) => hash("sha256", text, "base64url"),
  hmac(bytes) {
    const key = createSecretKey(bytes);
    return (text) => createHmac("sha256", key).update(text).digest("base64url");
  },
};
