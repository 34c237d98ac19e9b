/** `npm run bench`: measures the service beside hand-written peers. The folder's README says what is compared. */
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { OperatorError } from "../../src/operator-error.ts";
import { runCommand, tell } from "../lib/run-command.ts";
import { type Run, runContest } from "./lib/contest.ts";
import { createDatabases } from "./lib/databases.ts";
import { goalLines, goalsHeading } from "./lib/goals.ts";
import { createIdentity } from "./lib/identity.ts";
import { generator } from "./lib/load.ts";
import { installPackages } from "./lib/packages.ts";
import { startServer } from "./lib/servers.ts";
import { cellsOf, formatTable, heading } from "./lib/table.ts";
import { startUpstream } from "./lib/upstream.ts";
import { parseOptions } from "./options.ts";
import { type Scenario, scenarios } from "./scenarios.ts";
import { runSmoke, smokeRounds } from "./smoke.ts";
import { growth } from "./studies/growth.ts";
import { processes } from "./studies/processes.ts";
import { soakMemory } from "./studies/soak-memory.ts";
import { start } from "./studies/start.ts";
import { writes } from "./studies/writes.ts";

/** What has a table, or lines, of its own. `soak` is what the command line says. */
const studies: Readonly<Record<string, (run: Run, soak: number) => Promise<string>>> = {
  writes,
  growth,
  processes,
  start,
  "soak-memory": soakMemory,
};
const known = [...Object.keys(scenarios), ...Object.keys(studies)];

const usage = `usage: npm run bench [-- <options>]
  Measures the service beside hand-written peers, and prints one table of medians.
    --only <names>     with commas between them, of ${known.join(", ")};
                       default: all
    --rounds <number>  how often each server is driven, in turn; default 3
    --seconds <number> how long each time; default 3
    --soak <seconds>   how long soak-memory takes; default 600
    --delay <ms>       how long Logto takes, in all scenarios
    --smoke            a minute, beside the ratios of the last release
    --record           with --smoke: this run becomes the last release`;

const filledVaults = 10_000;
const loadNow = () => loadavg()[0]?.toFixed(2) ?? "?";

async function withRun<T>(
  options: Pick<Run, "rounds" | "seconds">,
  use: (run: Run) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "profile-bff-bench-"));
  try {
    const identity = await createIdentity(folder);
    const { vaultKey, keySetPath } = identity;
    const databases = await createDatabases(folder, vaultKey, filledVaults);
    const upstream = await startUpstream(keySetPath, folder);
    const around = { folder, tenantUrl: upstream.url, vaultKey, databases };
    return await use({ around, identity, upstream, ...options }).finally(() => upstream.stop());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @returns the lines of the table, and those of the goals. */
async function runScenario(name: string, scenario: Scenario, run: Run) {
  tell(`${name}: ${scenario.title} (Logto ${scenario.delayMs} ms, load ${loadNow()})`);
  const contestants = scenario.servers.map((server) => ({
    name: server,
    start: () => startServer(server, run.around, scenario),
  }));
  const rows = await runContest(scenario, contestants, run);
  const cells = cellsOf(name, rows);
  tell(formatTable([heading, ...cells]));
  return { cells, goals: goalLines(name, rows) };
}

async function runAll(run: Run, { names, delayMs, soak = 600 }: ReturnType<typeof parseOptions>) {
  const lines = [heading];
  const goals = [goalsHeading];
  const reports: string[] = [];
  for (const name of names) {
    const scenario = scenarios[name];
    if (scenario) {
      const chosen = { ...scenario, ...(delayMs === undefined ? {} : { delayMs }) };
      const shown = await runScenario(name, chosen, run);
      lines.push(...shown.cells);
      goals.push(...shown.goals);
      continue;
    }
    tell(`${name} (load ${loadNow()})`);
    const report = `${name}\n${await studies[name]?.(run, soak)}`;
    tell(report);
    reports.push(report);
  }
  const tables = [lines, goals].filter(({ length }) => length > 1).map(formatTable);
  return [...tables, ...reports].join("\n\n");
}

await runCommand(usage, async () => {
  const options = parseOptions(known);
  if (process.platform === "win32") throw new OperatorError("The bench needs a Unix: run it in WSL.");
  installPackages();
  const defaults = options.smoke ? smokeRounds : { rounds: 3, seconds: 3 };
  const { rounds = defaults.rounds, seconds = defaults.seconds } = options;
  const machine = `${cpus().length} cores (${cpus()[0]?.model})`;
  tell(
    `${generator()}, ${machine}, Node ${process.versions.node}, load ${loadNow()}; ${rounds} rounds of ${seconds} s`,
  );
  const report = await withRun({ rounds, seconds }, (run) =>
    options.smoke ? runSmoke(run, options.record) : runAll(run, options),
  );
  process.stdout.write(`${report}\n`);
});
