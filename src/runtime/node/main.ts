/** `npm start`: the service on Node, against the Logto that the environment names. */
import cluster from "node:cluster";
import { existsSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { parseConfig } from "../../config.ts";
import { logEvent } from "../../log.ts";
import { serveMetrics } from "./metrics-server.ts";
import { createNodePlatform } from "./platform.ts";
import { snapshotOfProcesses } from "./process-metrics.ts";
import { serve } from "./serve.ts";
import { supervise } from "./supervise.ts";

/** Enough for a load balancer that checks every second, and less than platforms give a process to stop. */
const drainMs = 2_000;

// The caches are most of what lives. V8 would let the heap grow to several times that before it collects the rest.
setFlagsFromString("--heap-growing-percent=25");

const platform = createNodePlatform();
// When the reader of the log goes away, requests must still be served.
process.stdout.on("error", () => {});
try {
  // A variable of the environment takes precedence over the file.
  if (existsSync(".env")) process.loadEnvFile(".env");
  const config = parseConfig(process.env);
  if (config.processes > 1 && cluster.isPrimary) {
    if (config.metrics) await serveMetrics(config.metrics, snapshotOfProcesses());
    process.exit(await supervise(platform, config.processes));
  }
  const service = await serve(config, { platform, drainMs });
  logEvent(platform, "info", "started", { url: service.url });
  let stopping = false;
  const stop = (reason: string) => {
    if (stopping) return;
    stopping = true;
    logEvent(platform, "info", "stopping", { signal: reason });
    void service.close().then(() => process.exit(0));
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => stop(signal));
  // The process that supervises this one is gone.
  process.once("disconnect", () => stop("disconnect"));
} catch (error) {
  // The message tells an operator what to change; a stack trace would not help.
  console.error(error instanceof Error ? error.message : "The service could not start.");
  process.exit(1);
}
