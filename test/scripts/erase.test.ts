import { randomBytes } from "node:crypto";
import { dirname } from "node:path";
import { expect, test } from "vitest";
import { createRepositories } from "../../db/repositories.ts";
import { withLiterals } from "../../scripts/lib/wrangler-d1.ts";
import { environment, readVariables } from "../../src/config.ts";
import { openVault } from "../../src/vault/vault.ts";
import { chained } from "../support/activity.ts";
import { createSqliteFile } from "../support/databases.ts";
import { everyByte } from "../support/files.ts";
import { createD1Folder } from "./d1-folder.ts";
import { createFolder, runScript } from "./workplace.ts";

test("erases one person from the database and its files, and nobody else", async () => {
  const testDatabase = await createSqliteFile();
  const database = testDatabase.open();
  const { vaults } = createRepositories(database);
  for (const userId of ["goner0000001", "stayer000001"]) {
    await database.batch([vaults.save({ userId, kid: "k1", sealed: "s", now: 1 })]);
  }
  const variables = {
    DATABASE_URL: `file:${testDatabase.path}`,
    ENCRYPTION_KEYS: `k1:${randomBytes(32).toString("base64")}`,
  };
  const dry = await runScript(
    await createFolder(),
    "erase",
    ["--dry-run", "--json", "goner0000001"],
    variables,
  );
  expect(JSON.parse(dry.stdout)).toEqual({ userId: "goner0000001", rows: 1, dryRun: true });
  expect(await vaults.find("goner0000001")).toBeDefined();
  const first = await runScript(await createFolder(), "erase", ["goner0000001"], variables);
  expect(first).toMatchObject({ code: 0, stdout: "erased 1 rows of goner0000001\n" });
  expect(everyByte(dirname(testDatabase.path))).not.toContain("goner0000001");
  expect(everyByte(dirname(testDatabase.path))).toContain("stayer000001");
  const again = await runScript(await createFolder(), "erase", ["goner0000001"], variables);
  expect(again).toMatchObject({ code: 0, stdout: "erased 0 rows of goner0000001\n" });
  await testDatabase.remove();
});

const parseKeys = (keys: string) =>
  readVariables(environment.pick({ ENCRYPTION_KEYS: true }), { ENCRYPTION_KEYS: keys }).ENCRYPTION_KEYS;

/** Each of the command's statements starts wrangler, which takes seconds. */
const patience = 180_000;

test(
  "erases one person from a D1 database, and nobody else, and leaves a tombstone",
  async () => {
    const { folder, database } = await createD1Folder();
    const { activity, vaults, tombstones } = createRepositories(database);
    const keys = `k1:${randomBytes(32).toString("base64")}`;
    // As a Worker that has started before.
    const vault = await openVault(parseKeys(keys), createRepositories(database));
    for (const userId of ["goner0000001", "stayer000001"]) {
      await database.batch([vaults.save({ userId, kid: "k1", sealed: "s", now: 1 })]);
    }
    const entry = { at: 1, event: "e", clientId: "c", requestId: "r", detail: {} };
    await chained(database).batch([activity.insert({ ...entry, userId: "goner0000001" })]);
    const place = ["--d1", "DB", "--local", "--persist-to", "state"];
    const variables = { ENCRYPTION_KEYS: keys, XDG_CONFIG_HOME: folder };
    expect(await runScript(folder, "erase", [...place, "goner0000001"], variables)).toMatchObject({
      code: 0,
      stdout: "erased 3 rows of goner0000001\n",
    });
    expect(await activity.list("goner0000001", 10)).toMatchObject({ items: [] });
    expect(await vaults.find("goner0000001")).toBeUndefined();
    expect(await vaults.find("stayer000001")).toMatchObject({ sealed: "s" });
    expect(await tombstones.exists(await vault.keyedHash("user", "goner0000001"))).toBe(true);
  },
  patience,
);

test(
  "says what wrangler says of a D1 database that it does not find",
  async () => {
    const folder = await createFolder();
    const variables = {
      ENCRYPTION_KEYS: `k1:${randomBytes(32).toString("base64")}`,
      XDG_CONFIG_HOME: folder,
    };
    const { code, lines } = await runScript(
      folder,
      "erase",
      ["--d1", "NONE", "--local", "someone00001"],
      variables,
    );
    expect({ code, lines }).toEqual({
      code: 1,
      lines: [expect.stringMatching(/wrangler d1 execute failed: .*NONE/)],
    });
  },
  patience,
);

test("writes the parameters of a statement out, so that no text ends early", () => {
  const parameters = ["it's; drop table vault --", 3, null];
  expect(withLiterals({ sql: "select ?, ? where x = ?", parameters })).toBe(
    "select 'it''s; drop table vault --', 3 where x = null",
  );
  expect(() => withLiterals({ sql: "select '?', ?", parameters: [1] })).toThrow(TypeError);
  expect(() => withLiterals({ sql: "select ?", parameters: [{}] })).toThrow(TypeError);
});

test.each([
  ["neither --local nor --remote", ["--d1", "DB"]],
  ["both", ["--d1", "DB", "--local", "--remote"]],
  ["a place without a database", ["--remote"]],
  ["a folder for a remote database", ["--d1", "DB", "--remote", "--persist-to", "state"]],
])("refuses %s, so that nobody erases in the wrong place", async (_what, args) => {
  const { code, stderr } = await runScript(await createFolder(), "erase", [...args, "someone00001"]);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("usage: npm run erase") });
});

test.each([
  ["nobody", []],
  ["two people", ["one", "two"]],
  ["an impossible id", ["../x"]],
])("answers %s with its usage", async (_what, ids) => {
  const { code, stderr } = await runScript(await createFolder(), "erase", ids);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("usage: npm run erase") });
});
