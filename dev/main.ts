/** `npm run dev`: the dev tenant and the service beside it, with nothing to configure. */
import { join } from "node:path";
import { parseConfig } from "../src/config.ts";
import { createNodePlatform } from "../src/runtime/node/platform.ts";
import { serve } from "../src/runtime/node/serve.ts";
import { startDevTenant } from "./environment.ts";

const { tenant, variables, port, dataFolder, greet } = await startDevTenant();
const config = parseConfig({
  ...variables,
  PORT: port,
  DATABASE_URL: `file:${join(dataFolder, "profile.db")}`,
});
const service = await serve(config, { platform: createNodePlatform() });
greet(service.url);

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => {
    void service
      .close()
      .then(() => tenant.close())
      .then(() => process.exit(0));
  });
}
