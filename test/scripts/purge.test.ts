import { expect, test } from "vitest";
import { createRepositories } from "../../db/repositories.ts";
import { createProgress } from "../../scripts/lib/chosen-database.ts";
import { createSqliteFile } from "../support/databases.ts";
import { createFolder, runScript } from "./workplace.ts";

test("deletes what has expired, and only tells it before in a dry run", async () => {
  const testDatabase = await createSqliteFile();
  const { usedOnce } = createRepositories(testDatabase.open());
  await usedOnce.use("expired", 1);
  await usedOnce.use("valid", Date.now() + 600_000);
  const variables = {
    DATABASE_URL: `file:${testDatabase.path}`,
    ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 1).toString("base64")}`,
  };
  const dry = await runScript(await createFolder(), "purge", ["--dry-run"], variables);
  expect(dry).toMatchObject({ code: 0, stdout: "would delete used_once 1\n", stderr: "" });
  expect(await usedOnce.isUsed("expired")).toBe(true);
  const done = await runScript(await createFolder(), "purge", ["--json"], variables);
  expect(done).toMatchObject({ code: 0, stdout: '{"purged":1,"dryRun":false}\n', stderr: "" });
  expect([await usedOnce.isUsed("expired"), await usedOnce.isUsed("valid")]).toEqual([false, true]);
  await testDatabase.remove();
});

test("says what to do about a database without tables", async () => {
  const variables = { ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 1).toString("base64")}` };
  const { code, stderr } = await runScript(await createFolder(), "purge", ["--dry-run"], variables);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(/^[^\n]*npm run migrate first\.\n$/),
  });
});

test("progress tells how much is left, and how long it takes at this pace", () => {
  let now = 0;
  const told: string[] = [];
  const tellDone = createProgress("resealed", 100, { now: () => now, tell: (line) => void told.push(line) });
  for (const done of [1, 25, 26, 50]) {
    now += done % 25 === 0 ? 5_000 : 1;
    tellDone(done);
  }
  expect(told).toEqual(["resealed 25 of 100, about 16 s left", "resealed 50 of 100, about 11 s left"]);
});
