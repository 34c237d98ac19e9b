/** Where `npm run doctor` finds what it looks over: a Node installation, or a Worker. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readMigrations } from "../../db/migration-files.ts";
import { environment } from "../../src/config.ts";
import type { Place } from "../../src/operator/doctor/visit.ts";
import { OperatorError } from "../../src/operator-error.ts";
import { openDatabase } from "../../src/runtime/node/open-database.ts";
import { createNodePlatform } from "../../src/runtime/node/platform.ts";
import { nodeMachine } from "./node-machine.ts";
import { readVariablesFile } from "./variables-file.ts";
import { openD1ThroughWrangler } from "./wrangler-d1.ts";

type Variables = Readonly<Record<string, string | undefined>>;

const common = () => ({
  platform: createNodePlatform(),
  machine: nodeMachine,
  migrations: readMigrations().map(({ name }) => name),
});

const dataFolder = (env: Variables) => env.DATA_DIR || "data";

/** The installation of this folder; without LOGTO_ENDPOINT, what `npm run dev` runs. */
export async function nodePlace(env: Variables): Promise<Place> {
  const devFile = join(dataFolder(env), "dev.env");
  const development = !env.LOGTO_ENDPOINT && existsSync(devFile);
  return {
    ...common(),
    variables: development ? await readVariablesFile(devFile) : env,
    development,
    runtime: "node",
    openDatabase: (config) =>
      config.kind === "sqlite" && !existsSync(config.path) ? undefined : openDatabase(config),
  };
}

/**
 * The Worker of this folder's wrangler.toml; without secrets here, the one that `npm run dev:workers` runs.
 * @param target.folder where wrangler keeps the local database.
 */
export async function workerPlace(
  env: Variables,
  target: { remote: boolean; folder: string | undefined },
): Promise<Place> {
  const devFile = join(dataFolder(env), ".dev.vars");
  const hasSecrets = existsSync(".dev.vars") || Boolean(env.ENCRYPTION_KEYS);
  const development = !target.remote && !hasSecrets && existsSync(devFile);
  const folder = target.folder ?? (development ? join(dataFolder(env), "workers") : undefined);
  const local = ["--local", ...(folder === undefined ? [] : ["--persist-to", folder])];
  const d1 = openD1ThroughWrangler({ database: "DB", flags: target.remote ? ["--remote"] : local });
  return {
    ...common(),
    variables: await workerVariables(env, development ? devFile : ".dev.vars"),
    development,
    runtime: "worker",
    openDatabase: () => d1,
  };
}

/** As a Worker gets them: what the file says comes before `[vars]`. Without that file, secrets come from `.env`. */
async function workerVariables(env: Variables, file: string): Promise<Variables> {
  const { unstable_readConfig: readConfig } = await import("wrangler").catch((cause) => {
    throw new OperatorError("wrangler is not installed. Run npm ci, without --omit=dev.", { cause });
  });
  const vars = Object.entries(readConfig({}, { hideWarnings: true }).vars);
  const plain = Object.fromEntries(
    vars.flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
  );
  if (existsSync(file)) return { ...plain, ...(await readVariablesFile(file)) };
  const known = Object.keys(environment.shape).filter((name) => !Object.hasOwn(plain, name));
  return { ...plain, ...Object.fromEntries(known.map((name) => [name, env[name]])) };
}
