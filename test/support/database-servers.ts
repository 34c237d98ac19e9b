/** Vitest's global set-up: one PostgreSQL server, and one D1 database with wrangler's migrations, for the whole run. */
import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";
import { startPostgres } from "./postgres-server.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Without a database name: each test file creates its own. */
    postgresOrigin: string;
    /** A folder holding `wrangler.json` and a migrated `state`, to be copied. */
    d1Template: string;
  }
}

const repository = fileURLToPath(new URL("../..", import.meta.url));

export async function setup(project: TestProject) {
  const folder = await mkdtemp(join(tmpdir(), "profile-bff-servers-"));
  await chmod(folder, 0o711);
  const [postgres] = await Promise.all([
    mkdtemp(join(folder, "postgres-")).then(startPostgres),
    migrateD1(project, folder),
  ]);
  project.provide("postgresOrigin", postgres.origin);
  return async () => {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  };
}

async function migrateD1(project: TestProject, folder: string) {
  const template = await mkdtemp(join(folder, "d1-"));
  const config = join(template, "wrangler.json");
  const database = {
    binding: "DB",
    database_name: "profile",
    database_id: "00000000-0000-4000-8000-000000000000",
    migrations_dir: join(repository, "db/migrations"),
  };
  await writeFile(
    config,
    JSON.stringify({ name: "test", compatibility_date: "2026-10-01", d1_databases: [database] }),
  );
  await promisify(execFile)(
    process.execPath,
    [
      join(repository, "node_modules/wrangler/bin/wrangler.js"),
      ...["d1", "migrations", "apply", "DB", "--local"],
      ...["--config", config, "--persist-to", join(template, "state")],
    ],
    {
      cwd: template,
      env: { ...process.env, CI: "1", WRANGLER_SEND_METRICS: "false", XDG_CONFIG_HOME: template },
    },
  );
  project.provide("d1Template", template);
}
