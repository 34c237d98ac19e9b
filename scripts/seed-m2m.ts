/** `npm run seed:m2m`: prepares the tenant for the service, and stores the service's credential. */
import * as z from "zod";
import { publicUrl as publicUrlForm } from "../src/addresses.ts";
import { readVariables } from "../src/config.ts";
import { openTenant } from "../src/logto/operator-tenant.ts";
import { ensureCredential, rotateCredential } from "../src/operator/credential.ts";
import { createReport } from "../src/operator/report.ts";
import { seedTenant } from "../src/operator/seed-tenant.ts";
import { ensureWebApplication, ensureWebSettings } from "../src/operator/web-application.ts";
import { createNodePlatform } from "../src/runtime/node/platform.ts";
import { fileStore, outputStore, webFileStore, webOutputStore } from "./lib/credential-stores.ts";
import { findTenantToManage } from "./lib/find-tenant.ts";
import { parseArguments, readEnvironment, runCommand, tell, UsageError } from "./lib/run-command.ts";

const usage = `usage: npm run seed:m2m -- [--web] [--rotate] [--dry-run] [--to env|dev-vars|stdout]
  --web       also prepare sign-in by cookie: the web application, with the addresses under PUBLIC_URL, and cookie keys
  --rotate    replace the secret: add a new one, try it, store it, delete the others
  --dry-run   report what would change, and change nothing
  --to        write the credential to .env (default) or .dev.vars, or print it, for example
              npm run -s seed:m2m -- --to stdout | npx wrangler secret bulk
The tenant and an operator's credential: LOGTO_ENDPOINT, API_RESOURCE, OPERATOR_APP_ID, OPERATOR_APP_SECRET,
[LOGTO_MANAGEMENT_API] in the environment or .env; without LOGTO_ENDPOINT the running dev tenant.`;

/** Logto has to know where this service is. */
const withAddress = z.object({ PUBLIC_URL: z.string("is missing").pipe(publicUrlForm) });

const stores = new Map([
  ["env", { service: fileStore(".env"), web: webFileStore(".env") }],
  ["dev-vars", { service: fileStore(".dev.vars"), web: webFileStore(".dev.vars") }],
  ["stdout", { service: outputStore, web: webOutputStore }],
]);

function readOptions() {
  const { values } = parseArguments({
    options: {
      web: { type: "boolean", default: false },
      rotate: { type: "boolean", default: false },
      "dry-run": { type: "boolean", default: false },
      to: { type: "string", default: "env" },
    },
  });
  const kinds = stores.get(values.to);
  if (!kinds) throw new UsageError(`--to takes ${[...stores.keys()].join(", ")}.`);
  return {
    rotate: values.rotate,
    dryRun: values["dry-run"],
    store: kinds.service,
    web: values.web ? kinds.web : undefined,
  };
}

await runCommand(usage, async () => {
  const { rotate, dryRun, store, web } = readOptions();
  const env = readEnvironment();
  const { PUBLIC_URL: publicUrl } = web ? readVariables(withAddress, env) : {};
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
  if (web && publicUrl !== undefined) {
    const webApplication = await ensureWebApplication(tenant, publicUrl, report);
    const now = access.platform.now();
    if (webApplication) await ensureWebSettings({ tenant, store: web, report, now }, webApplication);
    else say(`would save its settings to ${web.name}`);
  }
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
