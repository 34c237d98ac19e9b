/** A vault without cryptography: its promises need no thread, and a run can read what was sealed. */
import type { JsonValue } from "../../src/json.ts";
import { Refusal } from "../../src/problem.ts";
import { nodeDigests } from "../../src/runtime/node/digests.ts";
import { chainKeys } from "../../src/vault/activity-keys.ts";
import type { Vault } from "../../src/vault/vault.ts";

const mark = "sealed ";

export const modelVault: Vault = {
  current: "model",
  seal: async ({ userId, purpose }, value) => `${mark}${JSON.stringify([userId, purpose, value])}`,
  async open({ userId, purpose }, sealed) {
    const [sub, writtenFor, value]: [string, string, JsonValue] = JSON.parse(sealed.slice(mark.length));
    if (sub !== userId || writtenFor !== purpose) throw new Refusal("data_integrity");
    return value;
  },
  keyedHash: async (purpose, value) => `${purpose}-hash-of ${value}`,
  activity: chainKeys(
    { current: "model", kids: ["model"], unsealedUntil: 0 },
    async () => nodeDigests.sha256,
  ),
};

export const isSealed = (value: unknown): value is string =>
  typeof value === "string" && value.startsWith(mark);

export function contentOf(sealed: string): JsonValue {
  const [, , value]: [string, string, JsonValue] = JSON.parse(sealed.slice(mark.length));
  return value;
}
