/**
 * `npm run trial:alerts`: promtool checks and tests `scripts/ops/alerts.yml`; then a real Prometheus scrapes the service,
 * answers every query of the dashboard, and sees a fault become an alert. Wants Debian's package prometheus.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import * as z from "zod";
import { sessionEnvironment, startWebTenant } from "../support/browser-session.ts";
import { freePort } from "../support/free-port.ts";
import { eventually } from "../support/instances.ts";
import { dashboardQueries, rulesPath, ruleTestsPath } from "../support/ops.ts";
import { startProcess } from "../support/processes.ts";
import { call, environmentOf, tokensOf } from "../support/service.ts";

const run = (program: string, ...args: string[]) => spawnSync(program, args, { stdio: "inherit" }).status;
for (const program of ["promtool", "prometheus"]) {
  if (spawnSync("sh", ["-c", `command -v ${program}`]).status !== 0) {
    console.error(`${program} is not installed: apt-get install prometheus`);
    process.exit(1);
  }
}
if (
  run("promtool", "check", "rules", rulesPath) !== 0 ||
  run("promtool", "test", "rules", ruleTestsPath) !== 0
)
  process.exit(1);

const folder = await mkdtemp(join(tmpdir(), "profile-bff-alerts-"));
const tenant = await startWebTenant();
const [metricsPort, prometheusPort] = [await freePort(), await freePort()];
const service = await startProcess({
  ...environmentOf(tenant, `file:${join(folder, "profile.db")}`),
  ...sessionEnvironment(tenant),
  METRICS_PORT: `${metricsPort}`,
  LOGTO_CALLS_PER_10S: "60",
});
await writeFile(
  join(folder, "prometheus.yml"),
  `global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: ["${resolve(rulesPath)}"]
scrape_configs: [{ job_name: profile-bff, static_configs: [{ targets: ["127.0.0.1:${metricsPort}"] }] }]
`,
);
const prometheus = spawn(
  "prometheus",
  [
    `--config.file=${join(folder, "prometheus.yml")}`,
    `--storage.tsdb.path=${join(folder, "data")}`,
    `--web.listen-address=127.0.0.1:${prometheusPort}`,
  ],
  { stdio: "ignore" },
);

const answer = z.object({
  status: z.literal("success"),
  data: z.object({ result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })) }),
});
/** @returns how many series answer. @throws {Error} where Prometheus refuses the query. */
async function ask(expr: string): Promise<number> {
  const query = new URLSearchParams({ query: expr.replaceAll("$job", "profile-bff") });
  const response = await fetch(`http://127.0.0.1:${prometheusPort}/api/v1/query?${query}`);
  return answer.parse(await response.json()).data.result.length;
}

const person = tokensOf(tenant, { now: () => Date.now() });
const as = async (name: string, method: string, path: string, body?: unknown) =>
  call(service.url, method, path, body, {
    authorization: `Bearer ${await person(name)}`,
    "cache-control": "no-cache",
  });
/** What there is to see: reads, changes, a limit that refuses, a budget that is used up. */
async function useService() {
  await as("alice", "GET", "/me");
  await as("alice", "PATCH", "/me", { name: "Alice", business: { gender: "f" } });
  for (let times = 0; times < 6; times += 1)
    await as("bob", "POST", "/me/password/verify", { password: "wrong" });
  await Promise.all(
    Array.from({ length: 80 }, () => as("carol", "POST", "/me/password/check", { password: "x" })),
  );
}

let failed = 0;
try {
  await eventually(async () => (await ask("up == 1").catch(() => 0)) === 1, { seconds: 30 });
  await useService();
  await eventually(async () => (await ask("rate(profile_bff_limits_hit_total[5m])")) > 0, { seconds: 10 });
  await useService();
  const queries = dashboardQueries();
  const silent: string[] = [];
  for (const { title, expr } of queries) {
    await eventually(async () => (await ask(expr)) > 0, { seconds: 5 }).catch(() =>
      silent.push(`${title}: ${expr}`),
    );
  }
  console.log(
    `dashboard: ${queries.length - silent.length} of ${queries.length} queries answered by a series`,
  );
  for (const line of silent) console.log(`  no series: ${line}`);

  const pending = 'ALERTS{alertname="ProfileBffIssuerMismatch"}';
  const before = await ask(pending);
  const body = JSON.stringify({ issuer: "https://elsewhere.example/oidc" });
  tenant.faults.add({ match: { path: /openid-configuration$/ }, body });
  const seen = eventually(
    async () => {
      await call(service.url, "GET", "/readyz");
      return (await ask(pending)) > before;
    },
    { seconds: 15 },
  );
  const fires = await seen.then(
    () => true,
    () => false,
  );
  console.log(`a tenant with another issuer: ${fires ? "the alert is pending" : "NO alert"}`);
  failed = silent.length + (before === 0 && fires ? 0 : 1);
} finally {
  prometheus.kill("SIGTERM");
  await once(prometheus, "exit");
  await service.stop();
  await tenant.close();
  await rm(folder, { recursive: true, force: true });
}
process.exit(failed === 0 ? 0 : 1);
