/** How each server of a scenario is started: the service as `npm start` does it, the peers with the same knowledge. */
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import type { Databases } from "./databases.ts";
import { type RunningProgram, startProgram } from "./processes.ts";
import { tenant } from "./tenant.ts";

export type ServerName = "service" | "express" | "fastify" | "hono" | "empty";

/** What all servers of a run share. */
export type Surroundings = {
  folder: string;
  tenantUrl: string;
  vaultKey: string;
  databases: Databases;
};

const mainFile = "src/runtime/node/main.ts";
const bundleFile = "out/server/main.js";
const heapOptions = ["--max-semi-space-size=8"];
/** As `npm start` loads it. */
const preload = [...heapOptions, "--import", new URL("../../require-node.mjs", import.meta.url).href];

/** What the service is told on every runtime. */
export const serviceVariables = (
  { tenantUrl, vaultKey }: Pick<Surroundings, "tenantUrl" | "vaultKey">,
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

/** @returns a new copy of a filled database. */
function copyOf(path: string, folder: string): string {
  const copy = join(folder, `${crypto.randomUUID()}.db`);
  copyFileSync(path, copy);
  return copy;
}

export type ServiceOptions = {
  cacheSeconds: number;
  /** Default: a copy of the filled one of the run. */
  database?: string;
  environment?: Readonly<Record<string, string>>;
  nodeOptions?: readonly string[];
  /** The files of `npm run build:server`, as the container runs them. */
  bundled?: boolean;
};

/** Starts the service. */
export function startService(
  around: Surroundings,
  { cacheSeconds, database, environment, nodeOptions = [], bundled = false }: ServiceOptions,
): Promise<RunningProgram> {
  const own = {
    HOST: "127.0.0.1",
    PORT: "{port}",
    DATABASE_URL: `file:${database ?? copyOf(around.databases.service, around.folder)}`,
  };
  return startProgram(
    {
      file: bundled ? bundleFile : mainFile,
      environment: { ...serviceVariables(around, cacheSeconds), ...own, ...environment },
      nodeOptions: [...(bundled ? heapOptions : preload), ...nodeOptions],
      readyPath: "/healthz",
    },
    around.folder,
  );
}

/** Turns cookie sessions on. */
const sessionVariables = ({ vaultKey }: Surroundings) => ({
  LOGTO_APP_ID: tenant.web.id,
  LOGTO_APP_SECRET: tenant.web.secret,
  COOKIE_KEYS: `bench:${vaultKey}`,
});

/** Starts a server of that name. */
export function startServer(
  name: ServerName,
  around: Surroundings,
  { cacheSeconds, by }: { cacheSeconds: number; by?: "cookie" },
): Promise<RunningProgram> {
  if (name === "service") {
    return startService(around, {
      cacheSeconds,
      environment: by === "cookie" ? sessionVariables(around) : {},
    });
  }
  return startProgram(
    {
      file: `scripts/bench/peers/${name}.mjs`,
      environment: peerEnvironment(around, copyOf(around.databases.peer, around.folder), cacheSeconds),
      readyPath: "/healthz",
    },
    around.folder,
  );
}
