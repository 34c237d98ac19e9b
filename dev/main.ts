/** `npm run dev`: starts the dev tenant and the service, with no configuration. */
import { join } from "node:path";
import { serveEnvironment } from "../src/runtime/node/serve.ts";
import { examples } from "./examples.ts";
import { startDevTenant } from "./start-dev-tenant.ts";
import { writeVariables } from "./write-variables.ts";

const { tenant, variables, port, dataFolder, printAddresses } = await startDevTenant();
const environment = { ...variables, PORT: port, DATABASE_URL: `file:${join(dataFolder, "profile.db")}` };
// Here `npm run doctor` finds them.
await writeVariables(join(dataFolder, "dev.env"), environment);
const service = await serveEnvironment(
  { ...environment, HOST: process.env.HOST },
  { development: true, beside: examples(tenant.description) },
);
printAddresses();
console.log(`examples    ${service.url}/examples/cookie.html  and bearer.html: pages of one's own`);

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => {
    void service
      .close()
      .then(() => tenant.close())
      .then(() => process.exit(0));
  });
}
