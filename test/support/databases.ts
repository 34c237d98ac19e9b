import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Database } from "../../db/database.ts";
import { openSqlite } from "../../db/sqlite.ts";

/** A real, migrated database that a test may open as often as it has instances. */
export type TestDatabase = {
  /** A further connection, as another instance of the service would hold. */
  open(): Database;
  /** Ends every connection and removes what was created. */
  remove(): Promise<void>;
};

/** A SQLite file of its own. `path` is where it lies. */
export async function createSqliteFile(): Promise<TestDatabase & { path: string }> {
  const folder = mkdtempSync(join(tmpdir(), "profile-bff-"));
  const path = join(folder, "data", "profile.db");
  return {
    path,
    ...(await withMigrations(
      () => openSqlite(path),
      async () => rmSync(folder, { recursive: true }),
    )),
  };
}

/** Keeps track of what was opened, so that a test need not. */
export async function withMigrations(
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

/** The databases on which every promise of a repository is tested. */
export const databases: readonly { name: string; create: () => Promise<TestDatabase> }[] = [
  { name: "SQLite", create: createSqliteFile },
];
