import { randomBytes } from "node:crypto";
import { dirname } from "node:path";
import { expect, test } from "vitest";
import { createRepositories } from "../../db/repositories.ts";
import { createSqliteFile } from "../support/databases.ts";
import { everyByte } from "../support/files.ts";
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
  const first = await runScript(await createFolder(), "erase", ["goner0000001"], variables);
  expect(first).toMatchObject({ code: 0, stdout: "erased 1 rows of goner0000001\n" });
  expect(everyByte(dirname(testDatabase.path))).not.toContain("goner0000001");
  expect(everyByte(dirname(testDatabase.path))).toContain("stayer000001");
  const again = await runScript(await createFolder(), "erase", ["goner0000001"], variables);
  expect(again).toMatchObject({ code: 0, stdout: "erased 0 rows of goner0000001\n" });
  await testDatabase.remove();
});

test.each([
  ["nobody", []],
  ["two people", ["one", "two"]],
  ["an impossible id", ["../x"]],
])("answers %s with its usage", async (_what, ids) => {
  const { code, stderr } = await runScript(await createFolder(), "erase", ids);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("usage: npm run erase") });
});
