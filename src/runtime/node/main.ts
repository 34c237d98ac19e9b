/** `npm start`: the service on Node, against the Logto that the environment names. */
import { existsSync } from "node:fs";
import { logEvent } from "../../log.ts";
import { createNodePlatform } from "./platform.ts";
import { serveEnvironment } from "./serve.ts";

/** Load balancers that look every second have noticed by then; the platform's own patience is longer. */
const drainMs = 2_000;

const platform = createNodePlatform();
// Whoever reads the log may go away; the people being served must not notice.
process.stdout.on("error", () => {});
try {
  // What the environment sets already wins over the file.
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
  // An operator reads this: what to change, not where the code stood.
  console.error(error instanceof Error ? error.message : "The service could not start.");
  process.exit(1);
}
