import { createHmac, randomBytes } from "node:crypto";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const period = 30_000;

/** A random secret of 160 bits in Base32. */
export function newTotpSecret(): string {
  return [...randomBytes(32)].map((byte) => alphabet[byte % 32]).join("");
}

/** The address that an authenticator app reads from a QR code. */
export function totpUrl(secret: string, account: string): string {
  return `otpauth://totp/dev:${encodeURIComponent(account)}?${new URLSearchParams({ secret, issuer: "dev" })}`;
}

/** The code of RFC 6238: SHA-1, six digits, 30 seconds. @param step counts periods since the epoch. */
export function totpCode(secret: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac("sha1", decode(secret)).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 0xf;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** The period that a time belongs to. @param time epoch milliseconds. */
export function totpStep(time: number): number {
  return Math.floor(time / period);
}

/** The period that a code belongs to, if it is the current one or a neighbour. @param time epoch milliseconds. */
export function matchingStep(secret: string, code: string, time: number): number | undefined {
  const now = totpStep(time);
  return [now - 1, now, now + 1].find((step) => totpCode(secret, step) === code);
}

function decode(base32: string): Buffer {
  const bits = [...base32].map((char) => alphabet.indexOf(char).toString(2).padStart(5, "0")).join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
