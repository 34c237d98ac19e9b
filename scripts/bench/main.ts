/** `npm run bench`: measures the service beside hand-written peers. The folder's README says what is compared. */
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { OperatorError } from "../../src/operator-error.ts";
import { parseArguments, runCommand, tell, UsageError } from "../lib/run-command.ts";
import { createDatabases } from "./lib/databases.ts";
import { createIdentity } from "./lib/identity.ts";
import { generator } from "./lib/load.ts";
import { installPackages } from "./lib/packages.ts";
import { type Run, runScenario } from "./lib/run-scenario.ts";
import { cellsOf, formatTable, heading } from "./lib/table.ts";
import { startUpstream } from "./lib/upstream.ts";
import { type Scenario, scenarios } from "./scenarios.ts";

const usage = `usage: npm run bench [-- <options>]
  Measures the service beside hand-written peers, and prints one table of medians.
    --only <names>     scenarios with commas between them, of ${Object.keys(scenarios).join(", ")}
    --rounds <number>  how often each server is driven, in turn; default 3
    --seconds <number> how long each time; default 5`;

const filledVaults = 10_000;
const loadNow = () => loadavg()[0]?.toFixed(2) ?? "?";

function wholeNumber(value: string, name: string): number {
  if (!/^[1-9]\d{0,3}$/.test(value)) throw new UsageError(`--${name} must be a whole number from 1 to 9999.`);
  return Number(value);
}

function chosenScenarios(only: string | undefined): [string, Scenario][] {
  if (only === undefined) return Object.entries(scenarios);
  return only.split(",").map((name) => {
    const scenario = scenarios[name];
    if (!scenario) throw new UsageError(`There is no scenario ${name}.`);
    return [name, scenario];
  });
}

async function withRun<T>(
  options: { rounds: number; seconds: number },
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

await runCommand(usage, async () => {
  const { values } = parseArguments({
    options: {
      only: { type: "string" },
      rounds: { type: "string", default: "3" },
      seconds: { type: "string", default: "5" },
    },
  });
  const chosen = chosenScenarios(values.only);
  const options = {
    rounds: wholeNumber(values.rounds, "rounds"),
    seconds: wholeNumber(values.seconds, "seconds"),
  };
  if (process.platform === "win32") throw new OperatorError("The bench needs a Unix: run it in WSL.");
  installPackages();
  tell(
    `${generator()}, ${cpus().length} cores (${cpus()[0]?.model}), Node ${process.versions.node}, load ${loadNow()}; ${options.rounds} rounds of ${options.seconds} s`,
  );
  const lines = [heading];
  await withRun(options, async (run) => {
    for (const [name, scenario] of chosen) {
      tell(`${name}: ${scenario.title} (Logto ${scenario.delayMs} ms, load ${loadNow()})`);
      const cells = cellsOf(name, await runScenario(scenario, run));
      tell(formatTable([heading, ...cells]));
      lines.push(...cells);
    }
  });
  process.stdout.write(`${formatTable(lines)}\n`);
});
