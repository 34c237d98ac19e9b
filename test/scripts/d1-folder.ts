/** A folder in which wrangler finds a local D1 database, as an operator's commands do. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type D1Binding, openD1 } from "../../db/d1.ts";
import type { Database } from "../../db/database.ts";
import { applyMigrations } from "../support/d1.ts";
import { createFolder } from "./workplace.ts";

/** @returns the folder, in which `wrangler.json` names the database `DB` and `state` holds it, and the database itself. */
export async function createD1Folder(): Promise<{ folder: string; database: Database }> {
  const folder = await createFolder();
  const configPath = join(folder, "wrangler.json");
  const database = {
    binding: "DB",
    database_name: "profile",
    database_id: "00000000-0000-4000-8000-000000000000",
  };
  const config = { name: "test", compatibility_date: "2026-10-01", d1_databases: [database] };
  await writeFile(configPath, JSON.stringify(config));
  // Imported late: it is slow to load, and most tests of the commands do without.
  const { getPlatformProxy } = await import("wrangler");
  const { env, dispose } = await getPlatformProxy<{ DB: D1Binding }>({
    configPath,
    persist: { path: join(folder, "state", "v3") },
  });
  onTestFinished(dispose);
  await applyMigrations(env.DB);
  return { folder, database: openD1(env.DB) };
}
