import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Database } from "../../db/database.ts";
import { createRepositories, type Repositories } from "../../db/repositories.ts";
import type { EncryptionKeys } from "../../src/encryption-keys.ts";
import { createKeyring, type Keyring } from "../../src/vault/keyring.ts";
import { rotate } from "../../src/vault/rotate.ts";
import { createSealer, open, seal } from "../../src/vault/sealed-document.ts";
import { openVault } from "../../src/vault/vault.ts";
import { verifyKeys } from "../../src/vault/verify-keys.ts";
import { createSqliteFile, type TestDatabase } from "../support/databases.ts";
import { encryptionKey } from "../support/keys.ts";
import { recordStatements } from "../support/recorded.ts";

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

  test("a key whose first start was beside another one is accepted alone", async () => {
    await verifyKeys(during, rows.canaries);
    await verifyKeys(before, rows.canaries);
    await verifyKeys(after, rows.canaries);
  });

  test("of two instances that start together with other bytes under one id, one is refused", async () => {
    const other = createKeyring([encryptionKey("k1", 9)]);
    const overtaken = {
      ...rows.canaries,
      async insert(...canary: Parameters<typeof rows.canaries.insert>) {
        await verifyKeys(before, rows.canaries);
        return rows.canaries.insert(...canary);
      },
    };
    await expect(verifyKeys(other, overtaken)).rejects.toThrow(/ENCRYPTION_KEYS.* k1 /);
    await verifyKeys(before, rows.canaries);
  });

  test("one round trip tells all that a start needs, however many rows there are", async () => {
    const keys: EncryptionKeys = [encryptionKey("k2", 2), encryptionKey("k1", 1)];
    await openVault(keys, rows);
    for (let index = 0; index < 50; index++) await store(index % 2 ? before : during, `user-${index}`, "v");
    const recorded = recordStatements(database, "sqlite");
    await openVault(keys, createRepositories(recorded));
    expect(recorded.roundTrips()).toBe(1);
  });

  test("a missing key is refused while data is sealed under it, and accepted once it is not", async () => {
    await verifyKeys(before, rows.canaries);
    await store(before, "alice", "secret");
    await expect(verifyKeys(after, rows.canaries)).rejects.toThrow(/ENCRYPTION_KEYS lacks k1/);
    await rotate(createSealer(during), database);
    await verifyKeys(after, rows.canaries);
  });
});

describe("the keyed hash", () => {
  test("is the same for every instance and after a rotation, and differs by purpose and value", async () => {
    const hashOf = async (key: ReturnType<typeof encryptionKey>, instance: Database) =>
      (await openVault([key], createRepositories(instance))).keyedHash;
    const [one, other] = await Promise.all([
      hashOf(encryptionKey("k1", 1), database),
      hashOf(encryptionKey("k1", 1), testDatabase.open()),
    ]);
    const hash = await one("recipient", "a@example.test");
    expect(hash).toMatch(/^[\w-]{43}$/);
    expect(await other("recipient", "a@example.test")).toBe(hash);
    expect(await one("user", "a@example.test")).not.toBe(hash);
    expect(await one("recipient", "b@example.test")).not.toBe(hash);
    await rotate(createSealer(during), database);
    expect(await (await hashOf(encryptionKey("k2", 2), database))("recipient", "a@example.test")).toBe(hash);
  });
});

describe("a rotation", () => {
  test("re-encrypts every row, keeps versions, and has nothing left to do", async () => {
    for (let index = 0; index < 230; index++) await store(before, `user-${index}`, `value-${index}`);
    const version = (await rows.vaults.find("user-7"))?.version;
    expect(await rotate(createSealer(during), database)).toEqual({ resealed: 230, damaged: 0 });
    expect(await read(after, "user-7")).toEqual({ value: "value-7" });
    expect((await rows.vaults.find("user-7"))?.version).toBe(version);
    expect(await rotate(createSealer(during), database)).toEqual({ resealed: 0, damaged: 0 });
  });

  test("asks for a page at a time and stores a page at a time", async () => {
    for (let index = 0; index < 200; index++) await store(before, `user-${index}`, `value-${index}`);
    const recorded = recordStatements(database, "sqlite");
    await rotate(createSealer(during), recorded);
    const updates = recorded.sent.filter(({ sql }) => sql.includes("update vault"));
    expect(updates.map(({ affected }) => affected)).toEqual([32, 32, 32, 32, 32, 32, 8]);
    // Secrets, journal, keys, notices, former values; then four reads, the last of them empty, and three writes.
    expect(recorded.roundTrips()).toBe(12);
  });

  /** Does something before each batch of the rotation is stored. */
  const beforeEachBatch = (act: () => Promise<void>) => ({
    background: {
      ...database.background,
      batch: async (statements: Parameters<Database["batch"]>[0]) => {
        if (statements.length > 0) await act();
        return database.background.batch(statements);
      },
    },
  });

  test("goes on where an interrupted one stopped", async () => {
    for (let index = 0; index < 100; index++) await store(before, `user-${index}`, `value-${index}`);
    let allowed = 1;
    const dying = beforeEachBatch(async () => {
      if (allowed-- === 0) throw new Error("killed");
    });
    await expect(rotate(createSealer(during), dying)).rejects.toThrow("killed");
    expect(await rows.vaults.sealedUnder("k1", 10)).toHaveLength(4);
    expect(await rotate(createSealer(during), database)).toEqual({ resealed: 4, damaged: 0 });
    for (const index of [0, 50, 99]) {
      expect(await read(after, `user-${index}`)).toEqual({ value: `value-${index}` });
    }
  });

  test("stops before it sends more statements than a run may, and the next one goes on", async () => {
    for (let index = 0; index < 100; index++) await store(before, `user-${index}`, `value-${index}`);
    const frugal = { background: { ...database.background, queriesPerRun: 4 } };
    expect(await rotate(createSealer(during), frugal)).toEqual({ resealed: 96, damaged: 0 });
    expect(await rotate(createSealer(during), frugal)).toEqual({ resealed: 4, damaged: 0 });
  });

  test("yields to a write made meanwhile", async () => {
    await store(before, "alice", "old");
    await store(before, "bob", "kept");
    const racing = beforeEachBatch(() => store(during, "alice", "new"));
    expect(await rotate(createSealer(during), racing)).toEqual({ resealed: 1, damaged: 0 });
    expect(await read(after, "alice")).toEqual({ value: "new" });
    expect(await read(after, "bob")).toEqual({ value: "kept" });
  });

  test("leaves a damaged row as it is, says so, and goes on", async () => {
    await store(before, "alice", "fine");
    await store(before, "bob", "fine too");
    const swapped = (await rows.vaults.find("alice"))?.sealed ?? "";
    const damaged = (userId: string) => rows.vaults.save({ userId, kid: "k1", sealed: swapped, now });
    await database.batch([damaged("aaron"), damaged("zoe")]);
    expect(await rotate(createSealer(during), database)).toEqual({ resealed: 2, damaged: 2 });
    expect((await rows.vaults.find("aaron"))?.sealed).toBe(swapped);
    await expect(read(during, "aaron")).rejects.toMatchObject({ code: "data_integrity" });
  });

  test("counts a pending change that is malformed as damaged, and goes on with the others", async () => {
    const entry = { id: "e1", userId: "alice", kind: "update", sealed: "not a document", createdAt: 1 };
    const fine = await seal(before, { userId: "alice", purpose: "journal" }, {});
    const { journal } = rows;
    await database.batch([journal.insert(entry), journal.insert({ ...entry, id: "e2", sealed: fine })]);
    expect(await rotate(createSealer(during), database)).toEqual({ resealed: 1, damaged: 1 });
    const [kept] = await journal.page(10);
    expect(kept).toMatchObject(entry);
  });

  test("ends at a stop, before the next row of the vault, and goes on the next time", async () => {
    for (const userId of ["a", "b"]) await store(before, userId, userId);
    const stopped = { signal: AbortSignal.abort() };
    expect(await rotate(createSealer(during), database, stopped)).toEqual({ resealed: 0, damaged: 0 });
    expect(await rotate(createSealer(during), database)).toEqual({ resealed: 2, damaged: 0 });
  });

  test("counts a damaged secret, too", async () => {
    await rows.secrets.insert({ name: "index-key", kid: "k1", sealed: "not a document" });
    expect(await rotate(createSealer(during), database)).toEqual({ resealed: 0, damaged: 1 });
  });

  test("tells after each page how many rows are done", async () => {
    for (let index = 0; index < 100; index++) await store(before, `user-${index}`, `value-${index}`);
    const told: number[] = [];
    await rotate(createSealer(during), database, { onPage: ({ resealed }) => void told.push(resealed) });
    expect(told).toEqual([96, 100]);
  });
});
