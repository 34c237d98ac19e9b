/** The databases of a trial: migrated, on a disk, and filled by the million. */
import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Database } from "../../db/database.ts";
import { openPostgres } from "../../db/postgres.ts";
import { openSqlite } from "../../db/sqlite.ts";
import { fillPostgres, fillSqlite, type ManyRows } from "./many-rows.ts";
import { startPostgres } from "./postgres-server.ts";

export type TrialDatabase = {
  name: string;
  /** As `DATABASE_URL`. */
  url: string;
  open(): Database;
  /** A connection that does not wait for the disk. */
  filler: ManyRows;
  /** @returns false if the file is damaged. A server looks after its own. */
  isIntact(): Promise<boolean>;
  /** Ends the server and starts it again, where there is one. */
  restart?(): Promise<void>;
  remove(): Promise<void>;
};

export async function createSqliteTrial(): Promise<TrialDatabase> {
  const folder = await mkdtemp(join(tmpdir(), "profile-bff-trial-"));
  const path = join(folder, "profile.db");
  const open = () => openSqlite(path);
  await migrate(open());
  const filler = fillSqlite(path);
  const remove = async () => {
    await filler.close();
    await rm(folder, { recursive: true });
  };
  const isIntact = async () => JSON.stringify(await filler.query("pragma integrity_check")).includes('"ok"');
  return { name: "SQLite", url: `file:${path}`, open, filler, isIntact, remove };
}

export async function createPostgresTrial(): Promise<TrialDatabase> {
  const folder = join(tmpdir(), `profile-bff-trial-${randomUUID()}`);
  await mkdir(folder);
  const server = await startPostgres(folder);
  const url = `${server.origin}/postgres`;
  const open = () => openPostgres(url);
  await migrate(open());
  const filler = fillPostgres(url);
  const remove = async () => {
    await filler.close();
    await server.stop();
    await rm(folder, { recursive: true });
  };
  const restart = async () => {
    await server.stop();
    await server.start();
  };
  return { name: "PostgreSQL", url, open, filler, isIntact: async () => true, restart, remove };
}

async function migrate(database: Database) {
  await database.migrate();
  await database.close();
}

/** Those that the command line names (`sqlite`, `postgres`); without a name, all. */
export const trialDatabases = (names: readonly string[]) =>
  [
    { name: "sqlite", create: createSqliteTrial },
    { name: "postgres", create: createPostgresTrial },
  ]
    .filter(({ name }) => names.length === 0 || names.includes(name))
    .map(({ create }) => create);
