/** What one isolate keeps between requests: the services and the app. The first request builds them. */
import { type D1Binding, openD1 } from "../../../db/d1.ts";
import { createApp } from "../../app.ts";
import { createServices } from "../../compose.ts";
import { ConfigError, parseConfig } from "../../config.ts";
import { workersTuning } from "../../logto/tuning.ts";
import type { Platform } from "../../platform.ts";

/** The bindings of `wrangler.toml`: the database, and the variables and secrets of the configuration. */
export type WorkerEnv = { readonly DB: D1Binding } & Readonly<Record<string, unknown>>;

/** As for `parseConfig`. */
type Mode = { development: boolean };

type Isolate = Awaited<ReturnType<typeof build>>;

/** @returns a function that finds what was built with the same bindings, or builds it. */
export function createIsolate(platform: Platform, mode: Mode): (env: WorkerEnv) => Promise<Isolate> {
  let built: Isolate | undefined;
  // Cloudflare can give new bindings to an isolate that keeps running.
  return async (env) => {
    if (built?.env === env) return built;
    built = await platform.coalesce("isolate", () => build(env, platform, mode));
    return built.env === env ? built : build(env, platform, mode);
  };
}

/** @throws {ConfigError} and what `createServices` throws. */
async function build(env: WorkerEnv, platform: Platform, mode: Mode) {
  const database = openD1(env.DB);
  const config = parseConfig(variablesOf(env), mode);
  const services = await createServices(config, platform, database, {
    tuning: workersTuning,
    sharesM2mToken: true,
  }).catch(async (error) => {
    // Asked only now what may be missing: every isolate would pay a round trip for it.
    await database.migrate();
    throw error;
  });
  return { env, services, app: createApp(services) };
}

function variablesOf(env: WorkerEnv): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (typeof value === "string") variables[name] = value;
  }
  // On Node its default follows from the port; a Worker has no port.
  if (!variables.PUBLIC_URL) throw new ConfigError(["PUBLIC_URL is missing"]);
  return variables;
}
