/** Vitest's global set-up: a PostgreSQL server, and a D1 database with wrangler's migrations, each at its first use. */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";
import { type PostgresServer, startPostgres } from "./postgres-server.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Answers `/postgres` and `/d1` with where they are; what is not there yet is started first. */
    databaseServers: string;
  }
}

const repository = fileURLToPath(new URL("../..", import.meta.url));

export async function setup(project: TestProject) {
  const folder = await mkdtemp(join(tmpdir(), "profile-bff-servers-"));
  await chmod(folder, 0o711);
  let postgres: Promise<PostgresServer> | undefined;
  let d1: Promise<string> | undefined;
  const places: Record<string, () => Promise<string>> = {
    "/postgres": async () => {
      postgres ??= mkdtemp(join(folder, "postgres-")).then(startPostgres);
      return (await postgres).origin;
    },
    "/d1": async () => {
      d1 ??= migrateD1(folder);
      return d1;
    },
  };
  const server = createServer(async (request, response) => {
    const place = await places[request.url ?? ""]?.().catch(String);
    response.writeHead(place === undefined ? 404 : 200).end(place);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  project.provide("databaseServers", `http://127.0.0.1:${address.port}`);
  return async () => {
    server.close();
    await (await postgres)?.stop();
    await d1;
    await rm(folder, { recursive: true, force: true });
  };
}

/** @returns a folder with `wrangler.json` and a migrated `state`, to be copied. */
async function migrateD1(folder: string): Promise<string> {
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
  return template;
}
