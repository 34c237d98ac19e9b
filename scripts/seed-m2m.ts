/** `npm run seed:m2m`: prepares the tenant for the service, and stores the service's credential. */
import { openTenant } from "../src/logto/operator-tenant.ts";
import { ensureCredential, rotateCredential } from "../src/operator/credential.ts";
import { createReport } from "../src/operator/report.ts";
import { seedTenant } from "../src/operator/seed-tenant.ts";
import { createNodePlatform } from "../src/runtime/node/platform.ts";
import { fileStore, outputStore } from "./lib/credential-stores.ts";
import { findTenantToManage } from "./lib/find-tenant.ts";
import { parseArguments, readEnvironment, runCommand, tell, UsageError } from "./lib/run-command.ts";

const usage = `usage: npm run seed:m2m -- [--rotate] [--dry-run] [--to env|dev-vars|stdout]
  --rotate    replace the secret: add a new one, try it, store it, delete the others
  --dry-run   report what would change, and change nothing
  --to        write the credential to .env (default) or .dev.vars, or print it, for example
              npm run -s seed:m2m -- --to stdout | npx wrangler secret bulk
The tenant and an operator's credential: LOGTO_ENDPOINT, API_RESOURCE, OPERATOR_APP_ID, OPERATOR_APP_SECRET,
[LOGTO_MANAGEMENT_API] in the environment or .env; without LOGTO_ENDPOINT the running dev tenant.`;

const stores = new Map([
  ["env", fileStore(".env")],
  ["dev-vars", fileStore(".dev.vars")],
  ["stdout", outputStore],
]);

function readOptions() {
  const { values } = parseArguments({
    options: {
      rotate: { type: "boolean", default: false },
      "dry-run": { type: "boolean", default: false },
      to: { type: "string", default: "env" },
    },
  });
  const store = stores.get(values.to);
  if (!store) throw new UsageError(`--to takes ${[...stores.keys()].join(", ")}.`);
  return { rotate: values.rotate, dryRun: values["dry-run"], store };
}

await runCommand(usage, async () => {
  const { rotate, dryRun, store } = readOptions();
  const env = readEnvironment();
  const { logto, apiResource } = await findTenantToManage(env);
  const say = store === outputStore ? tell : (line: string) => void process.stdout.write(`${line}\n`);
  const report = createReport(dryRun, say);
  const access = { logto, platform: createNodePlatform() };
  const tenant = await openTenant(access);
  const { managementApi } = logto;
  const application = await seedTenant(tenant, { managementApi, apiResource }, report);
  const context = { tenant, access, store, report };
  if (!application) say(`would save its credential to ${store.name}`);
  else if (rotate) await rotateCredential(context, application);
  else await ensureCredential(context, application);
  if (report.changes() === 0) say("nothing to change");
  if (rotate && !dryRun) {
    say(
      "restart the service now: with the old secret it can work only until its present token expires, at most an hour",
    );
    if (application?.id === logto.m2m.appId && env.OPERATOR_APP_ID === application.id) {
      report.warn("OPERATOR_APP_SECRET was a secret of this application, and no longer works");
    }
  }
});
