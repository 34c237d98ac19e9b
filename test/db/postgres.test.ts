/** PostgreSQL beyond the contract: outages, connections, locks, instances that start together. */
import { createServer, type Socket } from "node:net";
import pg from "pg";
import { expect, test } from "vitest";
import type { BatchResult, Statement } from "../../db/engine.ts";
import { eraseRows } from "../../db/erase.ts";
import { applyMigrations } from "../../db/migrate.ts";
import { readMigrations } from "../../db/migration-files.ts";
import { openPostgres } from "../../db/postgres.ts";
import { purgeExpired } from "../../db/purge.ts";
import { createRepositories } from "../../db/repositories.ts";
import { createPostgresDatabase, patientDatabase } from "../support/databases.ts";
import { useShared } from "../support/fixtures.ts";

const now = 1_800_000_000_000;
const testDatabase = useShared(createPostgresDatabase, (created) => created.remove());
/** Another client of the database. */
const admin = useShared(
  async () => {
    const client = new pg.Client(testDatabase.url);
    await client.connect();
    return client;
  },
  (client) => client.end(),
);

const unavailable = { code: "storage_unavailable", detail: { retryAfter: 2 } };

const expectRefusal = (work: Promise<unknown>) => expect(work).rejects.toMatchObject(unavailable);

/** Waits until somebody waits for what the other client's transaction has changed. */
async function somebodyWaits() {
  const waiting = "select 1 from pg_locks where not granted and transactionid = pg_current_xact_id()::xid";
  await expect.poll(async () => (await admin.query(waiting)).rowCount).toBe(1);
}

/** A server that takes connections and never answers. */
async function listenSilently() {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    socket.on("error", () => {});
    sockets.push(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  const close = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { url: `postgres://u:p@127.0.0.1:${port}/x`, close };
}

test("a server that is not there is refused, at work, at a ping and at a migration", async () => {
  const silent = await listenSilently();
  silent.close();
  const database = openPostgres(silent.url);
  await expectRefusal(database.ping());
  await expectRefusal(createRepositories(database).vaults.find("alice"));
  await expectRefusal(database.migrate());
  await database.close();
});

test("a server that never answers is given up", async () => {
  const silent = await listenSilently();
  const database = openPostgres(silent.url);
  await expectRefusal(database.ping());
  await database.close();
  silent.close();
});

test("wrong credentials and a missing database are refused without a word of them", async () => {
  const wrong = testDatabase.url.replace("password@", "wrong@");
  for (const url of [wrong, `${testDatabase.url}_missing`]) {
    const database = openPostgres(url);
    await expectRefusal(database.ping());
    await database.close();
  }
});

test("connections that the server ended are replaced", async () => {
  const database = openPostgres(testDatabase.url, { max: 3 });
  await Promise.all([database.ping(), database.ping(), database.ping()]);
  await admin.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'profile-bff'",
  );
  // The pool learns of it a moment later, by itself.
  await expect.poll(() => database.ping().then(() => "served", String)).toBe("served");
  await database.close();
});

test("a statement is refused while the lock it waits for is still held, and its connection goes on working", async () => {
  const database = openPostgres(testDatabase.url, { max: 1 });
  const { vaults } = createRepositories(database);
  await admin.query("begin");
  await admin.query("lock table vault in access exclusive mode");
  await expectRefusal(database.batch([vaults.save({ userId: "alice", kid: "k", sealed: "s", now })]));
  await admin.query("rollback");
  expect(await vaults.find("alice")).toBeUndefined();
  await database.close();
});

test("more callers than connections are all served", async () => {
  const database = openPostgres(testDatabase.url, { ...patientDatabase.postgres, max: 2 });
  await Promise.all(Array.from({ length: 200 }, () => database.ping()));
  await database.close();
});

test("a lease that is taken over in the middle of a batch undoes what came before", async () => {
  const database = testDatabase.open();
  const { leases, vaults } = createRepositories(database);
  const fence = { userId: "carol", token: "slow" };
  await leases.acquire("carol", "slow", now, 0);
  // The takeover holds the lease's row until after the batch has saved and waits to release it.
  await admin.query("begin");
  await admin.query("update leases set token = 'next' where user_id = 'carol'");
  const batch = database.batch([
    vaults.save({ userId: "carol", kid: "k", sealed: "s", now }, { fence }),
    leases.release(fence),
  ]);
  await somebodyWaits();
  await admin.query("commit");
  expect((await batch).map(({ affected }) => affected)).toEqual([0, 0]);
  expect(await vaults.find("carol")).toBeUndefined();
});

test("a row that is renewed after a purge has chosen it, and before it is deleted, stays", async () => {
  const database = testDatabase.open();
  const { leases } = createRepositories(database);
  for (const userId of ["dora", "emil"]) await leases.acquire(userId, "writer", 1, 1);
  await admin.query("begin");
  await admin.query(`update leases set expires_at = ${2 * now} where user_id = 'dora'`);
  const purge = purgeExpired(database, now);
  await somebodyWaits();
  await admin.query("commit");
  expect(await purge).toBe(1);
  const { rows } = await admin.query("select user_id from leases where user_id in ('dora', 'emil')");
  expect(rows).toEqual([{ user_id: "dora" }]);
});

test("a row that another person takes over, while an erasure waits for it, stays theirs", async () => {
  const database = testDatabase.open();
  const { verificationCodes } = createRepositories(database);
  const code = { recipient: "shared@example.test", id: "c", purpose: "p", sentAt: 1, expiresAt: 2 * now };
  await database.batch([verificationCodes.replace({ ...code, userId: "frida" })]);
  await admin.query("begin");
  await admin.query("update verification_codes set user_id = 'gerd' where recipient = 'shared@example.test'");
  const erasure = eraseRows(database, "frida");
  await somebodyWaits();
  await admin.query("commit");
  expect(await erasure).toBe(0);
  expect(await verificationCodes.find("shared@example.test", "gerd", now)).toBeDefined();
});

test("instances that start together apply each migration once, and an older release starts beside them", async () => {
  const fresh = await createPostgresDatabase();
  const client = new pg.Client(fresh.url);
  await client.connect();
  await client.query("drop schema public cascade; create schema public");
  await client.end();
  const applied = await Promise.all(Array.from({ length: 4 }, () => fresh.open().migrate()));
  expect(applied.flat().sort()).toEqual(readMigrations().map(({ name }) => name));
  expect(await fresh.open().migrate()).toEqual([]);
  // An older release finds the migrations that it knows, and leaves the newer ones alone.
  const older = readMigrations().slice(0, 1);
  expect(await applyMigrations(async (statements) => run(fresh.url, statements), older)).toEqual([]);
  await fresh.remove();
});

/** Runs statements outside the engine, as another release would. */
async function run(url: string, statements: readonly Statement[]) {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const results: BatchResult[] = [];
    for (const { sql, parameters } of statements) {
      const { rows, rowCount } = await client.query<Record<string, unknown>>(sql, [...parameters]);
      results.push({ rows, affected: rowCount ?? 0 });
    }
    return results;
  } finally {
    await client.end();
  }
}
