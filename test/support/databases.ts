import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { inject } from "vitest";
import { type D1Binding, openD1 } from "../../db/d1.ts";
import type { Database } from "../../db/database.ts";
import { openPostgres } from "../../db/postgres.ts";
import { openSqlite } from "../../db/sqlite.ts";
import { startD1 } from "./d1.ts";
import { createTemporaryFolder } from "./temporary-folder.ts";

/** A real, migrated database that a test may open as often as it has instances. */
export type TestDatabase = {
  /** A further connection, as another instance of the service would hold. */
  open(): Database;
  /** Ends every connection and removes what was created. */
  remove(): Promise<void>;
};

/** A SQLite file of its own. `path` is where it lies. */
export async function createSqliteFile(): Promise<TestDatabase & { path: string }> {
  const folder = await createTemporaryFolder();
  const path = join(folder, "data", "profile.db");
  return {
    path,
    ...(await withMigrations(
      () => openSqlite(path),
      async () => rmSync(folder, { recursive: true }),
    )),
  };
}

/**
 * On a machine that runs many tests at once a statement may wait for its turn; production would call that an outage.
 * A file of tests has many instances, each with a pool of its own, so each pool is small.
 */
export const patientDatabase = {
  postgres: { max: 5, timeouts: { connectMs: 15_000, statementMs: 15_000, answerMs: 16_000 } },
};

/** A PostgreSQL database of its own on the run's server. `url` leads to it. */
export async function createPostgresDatabase(): Promise<TestDatabase & { url: string }> {
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  // The first who asks has the server started.
  const origin = await (await fetch(inject("postgresServer"))).text();
  const administer = async (sql: string) => {
    const client = new pg.Client(`${origin}/postgres`);
    await client.connect();
    await client.query(sql);
    await client.end();
  };
  await administer(`create database ${name}`);
  const url = `${origin}/${name}`;
  return {
    url,
    ...(await withMigrations(
      () => openPostgres(url, patientDatabase.postgres),
      () => administer(`drop database ${name} with (force)`),
    )),
  };
}

/** A D1 database of its own, in workerd. `binding` is what a Worker has of it. */
export async function createD1Database(): Promise<TestDatabase & { binding: D1Binding }> {
  const { binding, stop } = await startD1();
  return { binding, ...(await withMigrations(() => openD1(binding), stop)) };
}

/** The databases that keep the repositories' contract, by the name under which their tests are counted. */
export const databases: Record<
  string,
  { create: () => Promise<TestDatabase>; storm: number; syntax: "sqlite" | "postgres" }
> = {
  SQLite: { create: createSqliteFile, storm: 200, syntax: "sqlite" },
  PostgreSQL: { create: createPostgresDatabase, storm: 200, syntax: "postgres" },
  // Every call to workerd crosses a process boundary and back, so there are fewer.
  "D1 in workerd": { create: createD1Database, storm: 50, syntax: "sqlite" },
};

/** Keeps track of what was opened, so that a test need not. */
async function withMigrations(
  connect: () => Database,
  removeFiles: () => Promise<void>,
): Promise<TestDatabase> {
  const opened: Database[] = [];
  const open = () => {
    const database = connect();
    opened.push(database);
    return database;
  };
  await open().migrate();
  return {
    open,
    async remove() {
      await Promise.all(opened.map((database) => database.close()));
      await removeFiles();
    },
  };
}
