/** `npm run dev`: the dev tenant and the service beside it, with nothing to configure. */
import { join } from "node:path";
import { serveEnvironment } from "../src/runtime/node/serve.ts";
import { startDevTenant } from "./environment.ts";

const { tenant, variables, port, dataFolder, greet } = await startDevTenant();
const service = await serveEnvironment({
  ...variables,
  PORT: port,
  DATABASE_URL: `file:${join(dataFolder, "profile.db")}`,
});
greet(service.url);

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => {
    void service
      .close()
      .then(() => tenant.close())
      .then(() => process.exit(0));
  });
}
