import { beforeAll, expect, test } from "vitest";
import { createRepositories } from "../../db/repositories.ts";
import { createKeyring } from "../../src/vault/keyring.ts";
import { keyIdOf, seal } from "../../src/vault/sealed-document.ts";
import { verifyKeys } from "../../src/vault/verify-keys.ts";
import { createSqliteFile } from "../support/databases.ts";
import { useShared } from "../support/fixtures.ts";
import { encryptionKey } from "../support/keys.ts";
import { createFolder, runScript } from "./workplace.ts";

const spelled = (kid: string, byte: number) => `${kid}:${Buffer.alloc(32, byte).toString("base64")}`;
const [old, next] = [spelled("k1", 1), spelled("k2", 2)];
const keyring = createKeyring([encryptionKey("k1", 1)]);

const testDatabase = useShared(createSqliteFile, (created) => created.remove());
const stores = useShared(() => createRepositories(testDatabase.open()));
beforeAll(() => verifyKeys(keyring, stores.canaries));

const save = async (userId: string, sealed: string) =>
  testDatabase.open().batch([stores.vaults.save({ userId, kid: "k1", sealed, now: 1 })]);
const rotateKeys = async (keys: string, ...flags: string[]) =>
  runScript(await createFolder(), "rotate-keys", flags, {
    DATABASE_URL: `file:${testDatabase.path}`,
    ENCRYPTION_KEYS: keys,
  });

test("re-seals every row and pending change, prints the count, and has nothing to do the next time", async () => {
  for (const userId of ["ann", "ben"]) {
    await save(userId, await seal(keyring, { userId, purpose: "vault" }, { userId }));
  }
  const sealed = await seal(keyring, { userId: "ann", purpose: "journal" }, {});
  const entry = { id: "e1", userId: "ann", kind: "update", sealed, createdAt: 1 };
  await testDatabase.open().batch([stores.journal.insert(entry)]);

  const dry = await rotateKeys(`${next},${old}`, "--dry-run", "--json");
  expect(JSON.parse(dry.stdout)).toEqual({ current: "k2", rows: 2, dryRun: true });
  expect((await stores.canaries.readKeyState()).kidsInUse).toEqual(["k1"]);
  const first = await rotateKeys(`${next},${old}`);
  expect(first.code).toBe(0);
  expect(first.lines[0]).toBe("resealed 3 under k2, damaged 0");
  expect((await stores.canaries.readKeyState()).kidsInUse).toEqual(["k2"]);
  expect((await stores.journal.page(10)).map((row) => keyIdOf(row.sealed))).toEqual(["k2"]);
  const second = await rotateKeys(`${next},${old}`);
  expect(second.lines[0]).toBe("resealed 0 under k2, damaged 0");
  expect((await rotateKeys(next)).code).toBe(0);
});

test("fails on a row that opens under no key, and leaves it as it is", async () => {
  await save("cid", "damaged");
  const { code, stdout, stderr } = await rotateKeys(`${next},${old}`);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "resealed 0 under k2, damaged 1\n" });
  expect(stderr).toMatch(/1 rows open under no key/);
  expect(await stores.vaults.find("cid")).toMatchObject({ kid: "k1", sealed: "damaged" });
});

test("refuses a key with other bytes under a known id, without printing it", async () => {
  const wrong = spelled("k1", 9);
  const { code, stdout, stderr } = await rotateKeys(`${next},${wrong}`);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^ENCRYPTION_KEYS holds another key under the id k1[^\n]*\n$/);
  expect(stderr).not.toContain(wrong.slice(3));
});
