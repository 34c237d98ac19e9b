import { base64url, CompactEncrypt, compactDecrypt } from "jose";
import { describe, expect, test } from "vitest";
import { webCipher } from "../../src/ciphers.ts";
import { nodeCipher } from "../../src/runtime/node/cipher.ts";
import { createKeyring } from "../../src/vault/keyring.ts";
import { open, type SealContext, seal } from "../../src/vault/sealed-document.ts";
import { encryptionKey } from "../support/keys.ts";

const alice = { userId: "alice", purpose: "vault" } as const satisfies SealContext;
const value = { ssn: "078-05-1120", list: [1, null, true], nested: { ключ: "значение" } };
const integrity = { code: "data_integrity", detail: {} };

const ciphers = [
  { runtime: "of any runtime", cipher: webCipher },
  { runtime: "of Node", cipher: nodeCipher },
];

describe.each(ciphers)("a document sealed by the cipher $runtime", ({ cipher }) => {
  const keyring = createKeyring([encryptionKey("k2", 2), encryptionKey("k1", 1)], cipher);

  test("is what jose opens", async () => {
    const sealed = await seal(keyring, alice, value);
    const { plaintext } = await compactDecrypt(sealed, new Uint8Array(32).fill(2));
    expect(JSON.parse(new TextDecoder().decode(plaintext))).toEqual(value);
  });

  test.each(ciphers)("opens by the cipher $runtime", async (other) => {
    const opening = createKeyring([encryptionKey("k2", 2)], other.cipher);
    expect(await open(opening, alice, await seal(keyring, alice, value))).toEqual(value);
  });

  test("opens for its user and purpose", async () => {
    expect(await open(keyring, alice, await seal(keyring, alice, value))).toEqual(value);
  });

  test("is a compact JWE that shows nothing of its content and never repeats", async () => {
    const [one, other] = [await seal(keyring, alice, value), await seal(keyring, alice, value)];
    expect(one).not.toBe(other);
    expect(JSON.parse(new TextDecoder().decode(base64url.decode(one.split(".")[0] ?? "")))).toEqual({
      alg: "dir",
      enc: "A256GCM",
      kid: "k2",
      sub: "alice",
      purpose: "vault",
    });
  });

  test("opens under a former key", async () => {
    const former = createKeyring([encryptionKey("k1", 1)], cipher);
    expect(await open(keyring, alice, await seal(former, alice, value))).toEqual(value);
  });

  test("does not open with any one of its characters changed", async () => {
    const sealed = await seal(keyring, alice, { a: 1 });
    for (let index = 0; index < sealed.length; index++) {
      const original = sealed[index] ?? "";
      for (const other of [original === "A" ? "B" : "A", original === "_" ? "-" : "_", ".", "="]) {
        if (other === original) continue;
        const changed = sealed.slice(0, index) + other + sealed.slice(index + 1);
        await expect(open(keyring, alice, changed), `${changed} at ${index}`).rejects.toMatchObject(
          integrity,
        );
      }
    }
  });

  test("does not open with the spare bits of its last character changed", async () => {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const sealed = await seal(keyring, alice, value);
    for (const last of alphabet.replace(sealed.at(-1) ?? "", "")) {
      await expect(open(keyring, alice, sealed.slice(0, -1) + last)).rejects.toMatchObject(integrity);
    }
  });

  test.each([12, 8, 4, 1, 0])("does not open with its tag cut to %i bytes", async (length) => {
    const parts = (await seal(keyring, alice, value)).split(".");
    const tag = base64url.encode(base64url.decode(parts[4] ?? "").slice(0, length));
    await expect(open(keyring, alice, [...parts.slice(0, 4), tag].join("."))).rejects.toMatchObject(
      integrity,
    );
  });

  test.each<{ what: string; context: SealContext }>([
    { what: "another user", context: { ...alice, userId: "bob" } },
    { what: "another purpose", context: { ...alice, purpose: "journal" } },
    { what: "nobody", context: { ...alice, userId: "" } },
  ])("does not open for $what", async ({ context }) => {
    await expect(open(keyring, context, await seal(keyring, alice, value))).rejects.toMatchObject(integrity);
  });

  test.each([
    { what: "a key that is not configured", other: createKeyring([encryptionKey("k9", 2)], cipher) },
    { what: "other bytes under the same id", other: createKeyring([encryptionKey("k2", 3)], cipher) },
  ])("does not open under $what", async ({ other }) => {
    await expect(open(keyring, alice, await seal(other, alice, value))).rejects.toMatchObject(integrity);
  });

  test.each([
    { what: "compression", header: { zip: "DEF" } },
    { what: "no key id", header: { kid: undefined } },
    { what: "no user", header: { sub: undefined } },
    { what: "a further member", header: { cty: "json" } },
    { what: "another encryption", header: { enc: "A128CBC-HS256" } },
  ])("does not open with $what in its header, even under the right key", async ({ header }) => {
    const written = { alg: "dir", enc: "A256GCM", kid: "k2", sub: "alice", purpose: "vault", ...header };
    const sealed = await new CompactEncrypt(new TextEncoder().encode("{}"))
      .setProtectedHeader(JSON.parse(JSON.stringify(written)))
      .encrypt(new Uint8Array(32).fill(2));
    await expect(open(keyring, alice, sealed)).rejects.toMatchObject(integrity);
  });

  test.each(["", "x", "a.b.c.d.e", "....", "null", "{}"])("does not open from %j", async (sealed) => {
    await expect(open(keyring, alice, sealed)).rejects.toMatchObject(integrity);
  });

  test("does not open to text that is no UTF-8, even under the right key", async () => {
    const sealed = await new CompactEncrypt(new Uint8Array([0x22, 0xc3, 0x28, 0x22]))
      .setProtectedHeader({ alg: "dir", enc: "A256GCM", kid: "k2", sub: "alice", purpose: "vault" })
      .encrypt(new Uint8Array(32).fill(2));
    await expect(open(keyring, alice, sealed)).rejects.toMatchObject(integrity);
  });
});
