import { randomInt } from "node:crypto";

const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

/**
 * A random identifier in Logto's alphabet.
 * @param length 12 for users, 21 for applications, roles, scopes and verification records.
 */
export function randomId(length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");
}

/** A six-digit verification code; leading zeros are kept. */
export function randomCode(): string {
  return String(randomInt(1_000_000)).padStart(6, "0");
}
