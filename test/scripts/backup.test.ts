import { randomBytes } from "node:crypto";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import type { Database } from "../../db/database.ts";
import { createDb } from "../../db/repositories.ts";
import { openSqlite } from "../../db/sqlite.ts";
import { backUp } from "../../scripts/lib/back-up.ts";
import { restore } from "../../scripts/lib/restore.ts";
import { environment, readVariables } from "../../src/config.ts";
import { eraseUser } from "../../src/erasure/erase-user.ts";
import { OperatorError } from "../../src/operator-error.ts";
import { openVault, type Vault } from "../../src/vault/vault.ts";
import { useShared } from "../support/fixtures.ts";
import { createTestPlatform } from "../support/platform.ts";
import { createFolder, runScript } from "./workplace.ts";

const spelled = (kid: string) => `${kid}:${randomBytes(32).toString("base64")}`;
const parseKeys = (text: string) =>
  readVariables(environment.pick({ ENCRYPTION_KEYS: true }), { ENCRYPTION_KEYS: text }).ENCRYPTION_KEYS;
const ENCRYPTION_KEYS = spelled("k1");
const keys = parseKeys(ENCRYPTION_KEYS);
const person = (index: number) => `person-${String(index).padStart(6, "0")}`;

/** A database that is open, as in a running service. */
async function openService(path: string) {
  const database = openSqlite(path);
  await database.migrate();
  const db = createDb(database);
  return { db, database, vault: await openVault(keys, db) };
}

async function write({ database, vault }: { database: Database; vault: Vault }, index: number) {
  const userId = person(index);
  const { vaults } = createDb(database);
  const sealed = await vault.seal({ userId, purpose: "vault" }, { gender: `value ${index}` });
  await database.batch([vaults.save({ userId, kid: vault.current, sealed, now: 1_000 + index })]);
}

/** The people whose fields open in a file. */
async function peopleWhoOpen(path: string): Promise<string[]> {
  const { db, vault, database } = await openService(path);
  const rows = await db.vaults.sealedUnder("k1", 1_000_000);
  for (const { userId, sealed } of rows) await vault.open({ userId, purpose: "vault" }, sealed);
  await database.close();
  return rows.map(({ userId }) => userId);
}

/** One backup under write load, which the tests look at and restore. */
async function backUpUnderLoad() {
  const folder = mkdtempSync(join(tmpdir(), "profile-bff-backup-"));
  const path = join(folder, "data", "profile.db");
  const service = await openService(path);
  let written = 0;
  for (; written < 200; written += 1) await write(service, written);
  const acknowledgedBefore = written;
  const file = join(folder, "copy.db");
  const load = { ended: false };
  const writing = (async () => {
    for (; !load.ended; written += 1) await write(service, written);
  })();
  const finished = await runScript(folder, "backup", ["--json", file], {
    DATABASE_URL: `file:${path}`,
    ENCRYPTION_KEYS,
  });
  load.ended = true;
  await writing;
  return { folder, file, finished, acknowledgedBefore, written, service };
}

const made = useShared(backUpUnderLoad, async ({ service, folder }) => {
  await service.database.close();
  rmSync(folder, { recursive: true });
});

/** A database at another place, with one person in it. */
async function createPlace() {
  const folder = await createFolder();
  const path = join(folder, "data", "profile.db");
  const service = await openService(path);
  await write(service, 5);
  const bytes = () =>
    readdirSync(join(folder, "data")).map((name) => [
      name,
      readFileSync(join(folder, "data", name), "latin1"),
    ]);
  return { folder, path, service, bytes };
}

/** What a refusal says: the command prints it in one line. */
const said = (work: Promise<unknown>) =>
  work.then(
    () => "nothing",
    (error: unknown) => (error instanceof OperatorError ? error.message : String(error)),
  );

test("copies under write load: every write acknowledged before is there and opens, and no later one without an earlier", async () => {
  expect(made.finished).toMatchObject({ code: 0, stderr: "" });
  const scratch = join(await createFolder(), "copy.db");
  cpSync(made.file, scratch);
  const copied = await peopleWhoOpen(scratch);
  expect(copied.length).toBeGreaterThanOrEqual(made.acknowledgedBefore);
  expect(copied).toEqual(Array.from({ length: copied.length }, (_, index) => person(index)));
  expect(made.written).toBeGreaterThan(copied.length);
  const result = JSON.parse(made.finished.stdout);
  expect(result).toMatchObject({ opened: copied.length, damaged: 0, rows: { vault: copied.length } });
  expect(statSync(made.file).mode & 0o777).toBe(0o600);
  expect(readdirSync(made.folder).toSorted()).toEqual(["copy.db", "data"]);
});

test("refuses an existing file and a missing database, and PostgreSQL with the command that it has for that", async () => {
  const path = join(made.folder, "data", "profile.db");
  expect(await said(backUp({ path, keys }, made.file))).toMatch(/exists: name another file/);
  expect(await said(backUp({ path: "none.db", keys }, "copy.db"))).toMatch(/no database at none\.db/);
  const variables = { DATABASE_URL: "postgres://db/x", ENCRYPTION_KEYS };
  expect(await runScript(made.folder, "backup", ["x.db"], variables)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^[^\n]*use pg_dump[^\n]*\n$/),
  });
});

/** Files that are no good, each made of the good one. */
const spoilt: Record<string, { says: RegExp; make(file: string): void; keys?: string }> = {
  "a wrong key": { says: /another key under the id k1/, make: () => {}, keys: spelled("k1") },
  "a key with another id": { says: /ENCRYPTION_KEYS lacks k1/, make: () => {}, keys: spelled("k2") },
  "a truncated file": {
    says: /It is truncated: \d+ of \d+ bytes/,
    make: (file) => truncateSync(file, statSync(file).size - 4_096),
  },
  "a damaged page": {
    says: /It is damaged/,
    make(file) {
      const bytes = readFileSync(file);
      writeFileSync(file, bytes.fill(7, 4_096, 3 * 4_096));
    },
  },
  "a text": {
    says: /It is not a SQLite database/,
    make: (file) => writeFileSync(file, "not\n".repeat(2_000)),
  },
  "an empty file": { says: /It is not a SQLite database/, make: (file) => writeFileSync(file, "") },
  "a database of another program": {
    says: /of another program/,
    make(file) {
      writeFileSync(file, "");
      new Sqlite(file).exec("create table notes (text)").close();
    },
  },
  "a copy of a newer release": {
    says: /newer release, which added 9999_future\.sql/,
    make: (file) =>
      void new Sqlite(file).exec("insert into schema_migrations values ('9999_future.sql', 1)").close(),
  },
};

test("refuses what is no good, saying why, and changes nothing", async () => {
  const place = await createPlace();
  await place.service.database.close();
  const before = place.bytes();
  for (const [what, { says, make, keys: others }] of Object.entries(spoilt)) {
    const file = join(place.folder, "spoilt.db");
    cpSync(made.file, file);
    make(file);
    const settings = { path: place.path, keys: others ? parseKeys(others) : keys };
    const refusal = await said(restore(settings, file));
    expect(refusal, what).toMatch(says);
    expect(refusal, what).toContain(`${file} cannot be used.`);
    expect(place.bytes(), what).toEqual(before);
  }
});

test("the command refuses in one clear line", async () => {
  const { code, stdout, stderr } = await runScript(made.folder, "restore", [made.file], {
    DATABASE_URL: "file:elsewhere.db",
    ENCRYPTION_KEYS: spelled("k1"),
  });
  expect({ code, stdout, stderr }).toEqual({
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(
      /^[^\n]*copy\.db cannot be used\. ENCRYPTION_KEYS holds another key [^\n]*\n$/,
    ),
  });
  expect(readdirSync(made.folder).toSorted()).toEqual(["copy.db", "data"]);
});

test("refuses while the database is in use, and changes nothing", async () => {
  const { service, path } = await createPlace();
  onTestFinished(() => service.database.close());
  expect(await said(restore({ path, keys }, made.file))).toMatch(/is in use .*stop the service first/);
  expect(await service.db.vaults.find(person(5))).toBeDefined();
  expect(readdirSync(join(path, "..")).filter((name) => name.includes("restor"))).toEqual([]);
});

test("a dry run checks the copy and changes nothing", async () => {
  const { service, path, bytes } = await createPlace();
  await service.database.close();
  const before = bytes();
  expect(await restore({ path, keys }, made.file, true)).toMatchObject({ damaged: 0, replaced: null });
  expect(bytes()).toEqual(before);
});

test("restores: whoever was erased since stays erased, proofs are void, and the former database is kept", async () => {
  const folder = await createFolder();
  const path = join(folder, "data", "profile.db");
  mkdirSync(join(folder, "data"));
  cpSync(made.file, path);
  const current = await openService(path);
  const services = { db: current.db, vault: current.vault, platform: createTestPlatform(Date.now()) };
  await eraseUser(services, person(3));
  await current.database.batch([current.db.kysely.deleteFrom("vault").where("user_id", "=", person(4))]);
  await current.database.close();
  const withRecord = join(folder, "with-record.db");
  cpSync(made.file, withRecord);
  new Sqlite(withRecord)
    .exec(
      `insert into verification_records (id_hash, user_id, bound_to, method, created_at, expires_at)
      values ('h', 'u', 'c', 'password', 1, ${Date.now() + 600_000})`,
    )
    .close();

  const { code, stdout, stderr } = await runScript(folder, "restore", ["--json", withRecord], {
    DATABASE_URL: `file:${path}`,
    ENCRYPTION_KEYS,
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const { replaced } = JSON.parse(stdout);
  expect(replaced).toMatchObject({ erasedAgain: 1, onlyInCopy: [person(4)] });
  const open = await peopleWhoOpen(path);
  expect(open).toContain(person(4));
  expect(open).not.toContain(person(3));
  expect(await peopleWhoOpen(replaced.setAside)).not.toContain(person(4));
  const restored = await openService(path);
  onTestFinished(() => restored.database.close());
  expect(await restored.db.kysely.selectFrom("verification_records").selectAll().execute()).toEqual([]);
  expect((await restored.db.vaults.find(person(0)))?.version).toBeGreaterThan(2_000);
});

test("restores where there is no database yet, or a damaged one, which it keeps", async () => {
  const folder = await createFolder();
  const path = join(folder, "new", "profile.db");
  expect(await restore({ path, keys }, made.file)).toMatchObject({
    replaced: { setAside: null, onlyInCopy: null },
  });
  expect((await peopleWhoOpen(path)).length).toBeGreaterThanOrEqual(made.acknowledgedBefore);

  writeFileSync(path, "damaged".repeat(2_000));
  const { replaced } = await restore({ path, keys }, made.file);
  expect(readFileSync(replaced?.setAside ?? "", "utf8")).toMatch(/^damaged/);
  expect((await peopleWhoOpen(path)).length).toBeGreaterThanOrEqual(made.acknowledgedBefore);
});
