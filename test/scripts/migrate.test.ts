import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createPostgresDatabase, createSqliteFile } from "../support/databases.ts";
import { createFolder, runScript } from "./workplace.ts";

const refused = (message: RegExp) => ({ code: 1, stdout: "", stderr: expect.stringMatching(message) });

test("makes the tables, names what it applied, and has nothing to do the next time", async () => {
  const folder = await createFolder();
  const first = await runScript(folder, "migrate");
  expect(first).toMatchObject({ code: 0, stderr: "" });
  const applied = (await readdir("db/migrations")).toSorted().map((name) => `applied ${name}`);
  expect(first.lines).toEqual([...applied, "./data/profile.db is up to date"]);
  const second = await runScript(folder, "migrate");
  expect(second.stdout).toBe("./data/profile.db is up to date: nothing to apply\n");
});

test("finds a migrated PostgreSQL up to date", async () => {
  const database = await createPostgresDatabase();
  const variables = { DATABASE_URL: database.url };
  const { code, stdout } = await runScript(await createFolder(), "migrate", [], variables);
  await database.remove();
  expect({ code, stdout }).toEqual({ code: 0, stdout: "PostgreSQL is up to date: nothing to apply\n" });
});

test("finds a migrated file up to date by the path in .env", async () => {
  const database = await createSqliteFile();
  const folder = await createFolder();
  await writeFile(join(folder, ".env"), `DATABASE_URL=file:${database.path}\n`);
  const { stdout } = await runScript(folder, "migrate");
  await database.remove();
  expect(stdout).toContain("nothing to apply");
});

test("tells what to check when the database cannot be reached, without its password", async () => {
  const variables = { DATABASE_URL: "postgres://someone:a-password@127.0.0.1:1/none" };
  const finished = await runScript(await createFolder(), "migrate", [], variables);
  expect(finished).toMatchObject(refused(/^[^\n]*\(ECONNREFUSED\): check that it runs[^\n]*\n$/));
  expect(finished.stderr).not.toContain("a-password");
});

test("names the variable that is malformed", async () => {
  const finished = await runScript(await createFolder(), "migrate", [], { DATABASE_URL: "mysql://x" });
  expect(finished).toMatchObject(refused(/DATABASE_URL must be file:<path> or postgres/));
});

test("answers an unknown flag with its usage", async () => {
  const finished = await runScript(await createFolder(), "migrate", ["--force"]);
  expect(finished).toMatchObject({ code: 2, stderr: expect.stringContaining("usage: npm run migrate") });
});
