/** `npm run dev:workers`: starts the dev tenant, and the Worker in workerd with a local D1 database. No account, no network. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { getCompileCacheDir } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { d1Migrations } from "./d1-migrations.ts";
import { startDevTenant } from "./start-dev-tenant.ts";
import { writeVariables } from "./write-variables.ts";

const wrangler = fileURLToPath(new URL("../node_modules/wrangler/bin/wrangler.js", import.meta.url));
/** Turns off wrangler's telemetry, its update check and its download of sample request data. */
const offline = {
  CI: "1",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_SEND_METRICS: "false",
};

function run(...command: string[]): ChildProcess {
  // What wrangler compiles is kept where our own is.
  const env = { ...process.env, ...offline, NODE_COMPILE_CACHE: getCompileCacheDir() };
  return spawn(process.execPath, [wrangler, ...command], { env, stdio: ["ignore", "inherit", "inherit"] });
}

const { tenant, variables, port, dataFolder, printAddresses } = await startDevTenant();
const variablesFile = join(dataFolder, ".dev.vars");
await writeVariables(variablesFile, variables);
const local = ["--local", "--persist-to", join(dataFolder, "workers")];
/** In a fresh folder all at once: wrangler takes seconds for each file. */
async function migrations(): Promise<string[]> {
  if (existsSync(join(dataFolder, "workers"))) return ["d1", "migrations", "apply", "DB"];
  const file = join(dataFolder, "migrations.sql");
  await writeFile(file, d1Migrations().join("\n"));
  return ["d1", "execute", "DB", "--yes", "--file", file];
}
const [migrated] = await once(run(...(await migrations()), ...local), "exit");
if (migrated !== 0) process.exit(1);

printAddresses();
const options = ["--port", port, "--inspector-port", "0", "--env-file", variablesFile];
if (process.env.HOST) options.push("--ip", process.env.HOST);
const worker = run("dev", "dev/worker.ts", ...local, ...options, "--show-interactive-dev-session=false");
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => void worker.kill(signal));
}
// The tenant stops when the Worker exits, for whatever reason (Ctrl-C included).
worker.once("exit", () => {
  void tenant.close().then(() => process.exit(0));
});
