import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Database } from "../../db/database.ts";
import { createRepositories, type Repositories } from "../../db/repositories.ts";
import { loadKeyedHash } from "../../src/vault/keyed-hash.ts";
import { createKeyring, type Keyring } from "../../src/vault/keyring.ts";
import { rotate } from "../../src/vault/rotate.ts";
import { createSealer, open, seal } from "../../src/vault/sealed-document.ts";
import { verifyKeys } from "../../src/vault/verify-keys.ts";
import { createSqliteFile, type TestDatabase } from "../support/databases.ts";
import { encryptionKey } from "../support/keys.ts";

const now = 1_800_000_000_000;
const before = createKeyring([encryptionKey("k1", 1)]);
const during = createKeyring([encryptionKey("k2", 2), encryptionKey("k1", 1)]);
const after = createKeyring([encryptionKey("k2", 2)]);

let testDatabase: TestDatabase;
let database: Database;
let rows: Repositories;
beforeEach(async () => {
  testDatabase = await createSqliteFile();
  database = testDatabase.open();
  rows = createRepositories(database);
});
afterEach(() => testDatabase.remove());

const store = async (keyring: Keyring, userId: string, value: string) => {
  const sealed = await seal(keyring, { userId, purpose: "vault" }, { value });
  await database.batch([rows.vaults.save({ userId, kid: keyring.current, sealed, now })]);
};
const read = async (keyring: Keyring, userId: string) => {
  const row = await rows.vaults.find(userId);
  return open(keyring, { userId, purpose: "vault" }, row?.sealed ?? "");
};

describe("at boot", () => {
  test("the keys the database was written with are accepted, and a new one beside them", async () => {
    await verifyKeys(before, rows.canaries);
    await verifyKeys(before, rows.canaries);
    await verifyKeys(during, rows.canaries);
    await verifyKeys(after, rows.canaries);
  });

  test("other bytes under a known id are refused, in words for the operator", async () => {
    await verifyKeys(before, rows.canaries);
    await expect(verifyKeys(createKeyring([encryptionKey("k1", 9)]), rows.canaries)).rejects.toThrow(
      /ENCRYPTION_KEYS.* k1 /,
    );
    const behind = createKeyring([encryptionKey("k2", 2), encryptionKey("k1", 9)]);
    await expect(verifyKeys(behind, rows.canaries)).rejects.toThrow(/ENCRYPTION_KEYS.* k1 /);
  });

  test("a missing key is refused while data is sealed under it, and accepted once it is not", async () => {
    await verifyKeys(before, rows.canaries);
    await store(before, "alice", "secret");
    await expect(verifyKeys(after, rows.canaries)).rejects.toThrow(/ENCRYPTION_KEYS lacks k1/);
    await rotate(createSealer(during), rows);
    await verifyKeys(after, rows.canaries);
  });
});

describe("the keyed hash", () => {
  test("is the same for every instance and after a rotation, and differs by purpose and value", async () => {
    const [one, other] = await Promise.all([
      loadKeyedHash(before, rows.secrets),
      loadKeyedHash(before, createRepositories(testDatabase.open()).secrets),
    ]);
    const hash = await one("recipient", "a@example.test");
    expect(hash).toMatch(/^[\w-]{43}$/);
    expect(await other("recipient", "a@example.test")).toBe(hash);
    expect(await one("user", "a@example.test")).not.toBe(hash);
    expect(await one("recipient", "b@example.test")).not.toBe(hash);
    await rotate(createSealer(during), rows);
    expect(await (await loadKeyedHash(after, rows.secrets))("recipient", "a@example.test")).toBe(hash);
  });
});

describe("a rotation", () => {
  test("re-encrypts every row, keeps versions, and has nothing left to do", async () => {
    for (let index = 0; index < 230; index++) await store(before, `user-${index}`, `value-${index}`);
    const version = await rows.vaults.version("user-7");
    expect(await rotate(createSealer(during), rows)).toEqual({ resealed: 230, damaged: 0 });
    expect(await read(after, "user-7")).toEqual({ value: "value-7" });
    expect(await rows.vaults.version("user-7")).toBe(version);
    expect(await rotate(createSealer(during), rows)).toEqual({ resealed: 0, damaged: 0 });
  });

  test("goes on where an interrupted one stopped", async () => {
    for (const userId of ["a", "b", "c", "d"]) await store(before, userId, userId);
    let allowed = 2;
    const dying = {
      ...rows.vaults,
      async reseal(...args: Parameters<typeof rows.vaults.reseal>) {
        if (allowed-- === 0) throw new Error("killed");
        return rows.vaults.reseal(...args);
      },
    };
    await expect(rotate(createSealer(during), { ...rows, vaults: dying })).rejects.toThrow("killed");
    expect(await rows.vaults.sealedUnderOtherKeys("k2", 10)).toHaveLength(2);
    expect(await rotate(createSealer(during), rows)).toEqual({ resealed: 2, damaged: 0 });
    for (const userId of ["a", "b", "c", "d"]) expect(await read(after, userId)).toEqual({ value: userId });
  });

  test("yields to a write made meanwhile", async () => {
    await store(before, "alice", "old");
    const racing = {
      ...rows.vaults,
      async reseal(...args: Parameters<typeof rows.vaults.reseal>) {
        await store(during, "alice", "new");
        return rows.vaults.reseal(...args);
      },
    };
    expect(await rotate(createSealer(during), { ...rows, vaults: racing })).toEqual({
      resealed: 0,
      damaged: 0,
    });
    expect(await read(after, "alice")).toEqual({ value: "new" });
  });

  test("leaves a damaged row as it is, says so, and goes on", async () => {
    await store(before, "alice", "fine");
    await store(before, "bob", "fine too");
    const swapped = (await rows.vaults.find("alice"))?.sealed ?? "";
    await database.batch([rows.vaults.save({ userId: "aaron", kid: "k1", sealed: swapped, now })]);
    expect(await rotate(createSealer(during), rows)).toEqual({ resealed: 2, damaged: 1 });
    expect((await rows.vaults.find("aaron"))?.sealed).toBe(swapped);
    await expect(read(during, "aaron")).rejects.toMatchObject({ code: "data_integrity" });
  });
});
