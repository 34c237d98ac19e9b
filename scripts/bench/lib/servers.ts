/** How each server of a scenario is started: the service as `npm start` does it, the peers with the same knowledge. */
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import type { ServerName } from "../scenarios.ts";
import type { Databases } from "./databases.ts";
import { type Program, type RunningProgram, startProgram } from "./processes.ts";
import { tenant } from "./tenant.ts";

/** What all servers of a run share. */
export type Surroundings = {
  folder: string;
  tenantUrl: string;
  vaultKey: string;
  databases: Databases;
};

const mainFile = "src/runtime/node/main.ts";

/** The environment of the service. @param databaseUrl as `DATABASE_URL`. */
const serviceEnvironment = (
  { tenantUrl, vaultKey }: Pick<Surroundings, "tenantUrl" | "vaultKey">,
  databaseUrl: string,
  cacheSeconds: number,
) => ({
  LOGTO_ENDPOINT: tenant.endpoint,
  LOGTO_INTERNAL_ENDPOINT: tenantUrl,
  LOGTO_M2M_APP_ID: tenant.m2m.id,
  LOGTO_M2M_APP_SECRET: tenant.m2m.secret,
  LOGTO_MANAGEMENT_API: tenant.managementApi,
  LOGTO_CALLS_PER_10S: "1000000",
  API_RESOURCE: tenant.apiResource,
  PUBLIC_URL: "https://profile.bench.test",
  HOST: "127.0.0.1",
  PORT: "{port}",
  DATABASE_URL: databaseUrl,
  ENCRYPTION_KEYS: `bench:${vaultKey}`,
  PROFILE_CACHE_SECONDS: String(cacheSeconds),
});

const peerEnvironment = (around: Surroundings, databasePath: string, cacheSeconds: number) => ({
  PORT: "{port}",
  ISSUER: tenant.issuer,
  API_RESOURCE: tenant.apiResource,
  TENANT_URL: around.tenantUrl,
  M2M_APP_ID: tenant.m2m.id,
  M2M_APP_SECRET: tenant.m2m.secret,
  MANAGEMENT_API: tenant.managementApi,
  PROFILE_CACHE_SECONDS: String(cacheSeconds),
  DATABASE_PATH: databasePath,
  VAULT_KEY: around.vaultKey,
  NODE_ENV: "production",
});

/** Starts a server on its own copy of the filled database. */
export function startServer(
  name: ServerName,
  around: Surroundings,
  { cacheSeconds, ...more }: { cacheSeconds: number } & Partial<Program>,
): Promise<RunningProgram> {
  const isService = name === "service";
  const path = join(around.folder, `${name}-${crypto.randomUUID()}.db`);
  copyFileSync(isService ? around.databases.service : around.databases.peer, path);
  const program: Program = {
    file: isService ? mainFile : `scripts/bench/peers/${name}.mjs`,
    environment: isService
      ? serviceEnvironment(around, `file:${path}`, cacheSeconds)
      : peerEnvironment(around, path, cacheSeconds),
    readyPath: "/healthz",
    ...more,
  };
  return startProgram(program, around.folder);
}
