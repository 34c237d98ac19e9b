/** SQLite beyond the contract: its files, other processes, locks, a full disk. */
import { execFile, spawn } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Worker } from "node:worker_threads";
import Sqlite from "better-sqlite3";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Database } from "../../db/database.ts";
import { eraseRows } from "../../db/erase.ts";
import { purgeExpired } from "../../db/purge.ts";
import { createRepositories } from "../../db/repositories.ts";
import { openSqlite } from "../../db/sqlite.ts";
import { tables } from "../../db/tables.ts";
import { createSqliteFile } from "../support/databases.ts";

const now = 1_800_000_000_000;
let testDatabase: Awaited<ReturnType<typeof createSqliteFile>>;
beforeEach(async () => {
  testDatabase = await createSqliteFile();
});
afterEach(() => testDatabase.remove());

const row = (userId: string, sealed: string) => ({ userId, kid: "k1", sealed, now });

/** Another program holding the write lock. */
const lock = () => {
  const other = new Sqlite(testDatabase.path);
  other.exec("begin immediate");
  return () => {
    other.exec("rollback");
    other.close();
  };
};

test("the file, its log and its folder are for their owner alone", () => {
  const modes = readdirSync(dirname(testDatabase.path)).map(
    (name) => statSync(join(dirname(testDatabase.path), name)).mode,
  );
  expect(modes.length).toBeGreaterThan(1);
  for (const mode of modes) expect(mode & 0o777).toBe(0o600);
  expect(statSync(dirname(testDatabase.path)).mode & 0o777).toBe(0o700);
});

test("a file that is there already becomes its owner's alone, and its folder stays as it is", async () => {
  const folder = mkdtempSync(join(tmpdir(), "profile-bff-"));
  chmodSync(folder, 0o755);
  const path = join(folder, "profile.db");
  writeFileSync(path, "", { mode: 0o644 });
  await openSqlite(path).close();
  expect([path, folder].map((each) => statSync(each).mode & 0o777)).toEqual([0o600, 0o755]);
  rmSync(folder, { recursive: true });
});

test("a commit is on the disk before it is acknowledged, and what is deleted is overwritten", async () => {
  const { kysely } = testDatabase.open();
  const settings = ["journal_mode", "synchronous", "secure_delete"].map(async (name) => {
    const { rows } = await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(kysely);
    return Object.values(rows[0] ?? {})[0];
  });
  // 2 is FULL: https://www.sqlite.org/pragma.html#pragma_synchronous
  expect(await Promise.all(settings)).toEqual(["wal", 2, 1]);
});

/** In the write-ahead log, only the last frame of a commit says how long the file is then. */
const commitsInLog = () => {
  const log = readFileSync(`${testDatabase.path}-wal`);
  const frame = 24 + log.readUInt32BE(8);
  const frames = Array.from(
    { length: Math.floor((log.length - 32) / frame) },
    (_, index) => 32 + index * frame,
  );
  return frames.filter((at) => log.readUInt32BE(at + 4) > 0).length;
};

test("writes that come together share a commit, and one that fails takes no other with it", async () => {
  const database = testDatabase.open();
  const { vaults, usedOnce } = createRepositories(database);
  await usedOnce.use("taken", now);
  const before = commitsInLog();
  const twice = {
    compile: () => sql`insert into used_once (id, expires_at) values ('taken', 1)`.compile(database.kysely),
  };
  const people = Array.from({ length: 20 }, (_, index) => `person${index}`);
  const saved = people.map((person) =>
    database.batch([vaults.save(row(person, "{}")), vaults.save(row(person, "[]"))]),
  );
  const failed = database.batch([vaults.save(row("nobody", "{}")), twice]);
  await expect(failed).rejects.toThrow(/UNIQUE/);
  await Promise.all(saved);
  expect(commitsInLog() - before).toBe(1);
  expect(await vaults.find("nobody")).toBeUndefined();
  for (const person of people) expect(await vaults.find(person)).toMatchObject({ sealed: "[]" });
});

test("the migrations create the tables that db/tables.ts declares, and no other", async () => {
  const created = sql<{ name: string }>`select name from sqlite_master where type = 'table' order by name`;
  const { rows } = await created.execute(testDatabase.open().kysely);
  expect(rows.map(({ name }) => name)).toEqual(Object.keys(tables).sort());
});

test("an in-memory database works without a file", async () => {
  const database = openSqlite(":memory:");
  await database.migrate();
  await database.ping();
  await database.close();
});

test("two processes on one file let exactly as many attempts through as there are", async () => {
  const script = fileURLToPath(new URL("../support/charge-in-process.ts", import.meta.url));
  const run = () => promisify(execFile)(process.execPath, [script, testDatabase.path, "bucket", "100"]);
  const outcomes = await Promise.all([run(), run()]);
  expect(outcomes.reduce((sum, { stdout }) => sum + Number(stdout), 0)).toBe(40);
});

test("every acknowledged write outlives a process that is killed", async () => {
  const script = fileURLToPath(new URL("../support/write-until-killed.ts", import.meta.url));
  const writer = spawn(process.execPath, [script, testDatabase.path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  await new Promise<void>((resolve) => {
    writer.stdout.on("data", (chunk) => {
      output += String(chunk);
      if (output.length > 2_000) writer.kill("SIGKILL");
    });
    writer.once("close", () => resolve());
  });
  const acknowledged = output.split("\n").slice(0, -1);
  expect(acknowledged.length).toBeGreaterThan(10);
  const { vaults } = createRepositories(testDatabase.open());
  for (const userId of acknowledged) expect(await vaults.find(userId)).toMatchObject({ sealed: userId });
});

test("a write waits until a lock is released, while reads and the event loop go on", async () => {
  const database = testDatabase.open();
  const { vaults } = createRepositories(database);
  const unlock = lock();
  const order: string[] = [];
  const written = database.batch([vaults.save(row("alice", "s"))]).then(() => order.push("written"));
  const acquired = createRepositories(database).leases.acquire("alice", "writer", now, 1000);
  expect(await vaults.find("alice")).toBeUndefined();
  order.push("read");
  await sleep(100);
  order.push("unlocked");
  unlock();
  await written;
  expect(await acquired).toBe(true);
  expect(order).toEqual(["read", "unlocked", "written"]);
  expect(await vaults.find("alice")).toMatchObject({ sealed: "s" });
});

test("a write gives up on a lock after its time-out, and says when to come back", async () => {
  const database = openSqlite(testDatabase.path, { lockTimeoutMs: 500 });
  const unlock = lock();
  const written = database.batch([createRepositories(database).vaults.save(row("alice", "s"))]);
  expect(await Promise.race([written, sleep(100, "still waiting")])).toBe("still waiting");
  await expect(written).rejects.toMatchObject({
    code: "storage_unavailable",
    detail: { retryAfter: 2 },
    cause: { code: "SQLITE_BUSY" },
  });
  unlock();
  await database.close();
});

test("statements that wait for a lock wait side by side, and reads do not wait with them", async () => {
  const database = openSqlite(testDatabase.path, { lockTimeoutMs: 500 });
  const { limits, vaults } = createRepositories(database);
  const unlock = lock();
  const charges = Array.from({ length: 6 }, (_, index) =>
    limits.charge([{ bucket: `locked:${index}`, max: 1, windowMs: 1000 }], 1),
  );
  const outcomes = Promise.allSettled(charges);
  expect(await Promise.race([...charges, vaults.find("alice")])).toBeUndefined();
  await expect(Promise.race(charges)).rejects.toMatchObject({ code: "storage_unavailable" });
  // If the others had queued behind the first, they would still wait when the lock is released.
  await sleep(200);
  unlock();
  expect((await outcomes).map(({ status }) => status)).toEqual(charges.map(() => "rejected"));
  await database.close();
});

test("on a full disk writes are refused and reads go on; with space again so do writes", async () => {
  const database = testDatabase.open();
  const { vaults } = createRepositories(database);
  const save = (sealed: string) => database.batch([vaults.save(row("alice", sealed))]);
  await save("small");
  await sql`pragma max_page_count = 1`.execute(database.kysely);
  await expect(save("x".repeat(1_000_000))).rejects.toMatchObject({
    code: "storage_unavailable",
    cause: { code: "SQLITE_FULL" },
  });
  expect(await vaults.find("alice")).toMatchObject({ sealed: "small" });
  await sql`pragma max_page_count = 100000`.execute(database.kysely);
  await save("x".repeat(1_000_000));
});

test("a path that cannot be opened stops the start with its name", () => {
  const path = join(dirname(testDatabase.path), "a-folder");
  mkdirSync(path);
  expect(() => openSqlite(path)).toThrow(/a-folder/);
});

test("what was erased or replaced is in no file any more once it is wiped", async () => {
  const database = testDatabase.open();
  const { vaults } = createRepositories(database);
  const everything = () =>
    readdirSync(dirname(testDatabase.path))
      .map((name) => readFileSync(join(dirname(testDatabase.path), name), "latin1"))
      .join("");
  const long = (marker: string) => `${marker}${"m".repeat(20_000)}${marker}`;
  await database.batch([vaults.save(row("alice", long("MARKER-ONE")))]);
  await database.batch([vaults.save(row("alice", long("MARKER-TWO"))), vaults.save(row("bob", "KEPT"))]);
  expect(everything()).toContain("MARKER-ONE");
  await eraseRows(database, "alice");
  await database.scrubFiles();
  expect(everything()).not.toMatch(/MARKER|mmmm/);
  expect(everything()).toContain("KEPT");
});

describe("the background thread", () => {
  /** The next thread that starts. */
  const nextThread = () => new Promise<Worker>((resolve) => process.once("worker", resolve));
  const expiredLease = (database: Database) =>
    createRepositories(database).leases.acquire("alice", "writer", 1, 1);

  test("that dies over its work refuses those who wait, and the next work gets a new one", async () => {
    const database = testDatabase.open();
    await expiredLease(database);
    const first = nextThread();
    const long = sql`with recursive n(i) as (select 1 union all select i + 1 from n where i < 2000000)
      select count(*) from n`.execute(database.background.kysely);
    const behind = purgeExpired(database, now);
    const outcomes = Promise.allSettled([long, behind]);
    await (await first).terminate();
    expect(await outcomes).toMatchObject(
      [1, 2].map(() => ({
        status: "rejected",
        reason: {
          code: "storage_unavailable",
          applied: "maybe",
          cause: { message: expect.stringMatching(/thread has ended/) },
        },
      })),
    );
    expect(await purgeExpired(database, now)).toBe(1);
  });

  test("that dies idle is replaced unnoticed, and does not stop the database from closing", async () => {
    const database = testDatabase.open();
    const [first] = await Promise.all([nextThread(), database.scrubFiles()]);
    await first.terminate();
    await expiredLease(database);
    const [second, purged] = await Promise.all([nextThread(), purgeExpired(database, now)]);
    expect(purged).toBe(1);
    const ended = second.terminate();
    await database.close();
    await ended;
  });
});
