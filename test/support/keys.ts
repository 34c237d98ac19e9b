import type { EncryptionKey } from "../../src/encryption-keys.ts";

/** An encryption key whose bytes all have one value. */
export const encryptionKey = (kid: string, byte: number): EncryptionKey => ({
  kid,
  bytes: new Uint8Array(32).fill(byte),
});
