/** `npm run doctor`: looks over an installation, changes nothing, and says what to do. */
import { visitPlace } from "../src/operator/doctor/checks.ts";
import { inLines, worst } from "./lib/doctor-report.ts";
import { nodePlace, workerPlace } from "./lib/places.ts";
import { parseArguments, readEnvironment, runCommand, UsageError } from "./lib/run-command.ts";

const usage = `usage: npm run doctor -- [--json] [--worker [--local [--persist-to <folder>] | --remote]]
  Looks at the configuration, the tenant, the database and the running service, and says what to do about each fault.
  It changes nothing. The exit code is 1 if something fails; a warning is none.
  --json    prints {"status", "checks": [{"name", "status", "said", "advice"?}]}
  --worker  looks at a Worker: [vars] of wrangler.toml and the secrets in .dev.vars or .env, and the database DB in D1:
            of wrangler dev on this machine (--local, the default), or at Cloudflare (--remote)
The configuration: environment and .env; without LOGTO_ENDPOINT there, that of the running \`npm run dev\`
(with --worker of \`npm run dev:workers\`).`;

/** Each statement on D1 takes wrangler some seconds. */
const limitMs = { node: 15_000, worker: 120_000 };

function readOptions() {
  const { values } = parseArguments({
    options: {
      json: { type: "boolean", default: false },
      worker: { type: "boolean", default: false },
      local: { type: "boolean", default: false },
      remote: { type: "boolean", default: false },
      "persist-to": { type: "string" },
    },
  });
  const { worker, local, remote, json, "persist-to": folder } = values;
  if (!worker && (local || remote || folder !== undefined))
    throw new UsageError("--local, --remote and --persist-to belong to --worker.");
  if (remote && (local || folder !== undefined)) throw new UsageError("Say either --remote or --local.");
  return { json, worker: worker ? { remote, folder } : undefined };
}

await runCommand(usage, async () => {
  const { json, worker } = readOptions();
  const env = readEnvironment();
  const place = worker ? await workerPlace(env, worker) : await nodePlace(env);
  const checks = await visitPlace(place, limitMs[place.runtime]);
  const status = worst(checks);
  const report = json ? JSON.stringify({ status, checks }, null, 2) : inLines(checks).join("\n");
  process.stdout.write(`${report}\n`);
  if (status === "fail") process.exitCode = 1;
});
