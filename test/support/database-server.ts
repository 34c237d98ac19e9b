/** Vitest's global set-up: a PostgreSQL server, at its first use. */
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { type PostgresServer, startPostgres } from "./postgres-server.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Answers with where the PostgreSQL server is. It is started for the first who asks. */
    postgresServer: string;
  }
}

export async function setup(project: TestProject) {
  const folder = await mkdtemp(join(tmpdir(), "profile-bff-servers-"));
  await chmod(folder, 0o711);
  let postgres: Promise<PostgresServer> | undefined;
  const server = createServer(async (_request, response) => {
    postgres ??= mkdtemp(join(folder, "postgres-")).then(startPostgres);
    response.end(await postgres.then(({ origin }) => origin, String));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  project.provide("postgresServer", `http://127.0.0.1:${address.port}`);
  return async () => {
    server.close();
    await (await postgres)?.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
