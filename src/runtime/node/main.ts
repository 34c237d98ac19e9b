/** `npm start`: the service on Node, against the Logto that the environment names. */
import { existsSync } from "node:fs";
import { logEvent } from "../../log.ts";
import { createNodePlatform } from "./platform.ts";
import { serveEnvironment } from "./serve.ts";

/** Enough for a load balancer that checks every second, and less than platforms give a process to stop. */
const drainMs = 2_000;

const platform = createNodePlatform();
// When the reader of the log goes away, requests must still be served.
process.stdout.on("error", () => {});
try {
  // A variable of the environment takes precedence over the file.
  if (existsSync(".env")) process.loadEnvFile(".env");
  const service = await serveEnvironment(process.env, { platform, drainMs });
  logEvent(platform, "info", "started", { url: service.url });
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => {
      logEvent(platform, "info", "stopping", { signal });
      void service.close().then(() => process.exit(0));
    });
  }
} catch (error) {
  // The message tells an operator what to change; a stack trace would not help.
  console.error(error instanceof Error ? error.message : "The service could not start.");
  process.exit(1);
}
