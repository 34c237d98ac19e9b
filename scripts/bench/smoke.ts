/** `npm run bench -- --smoke`: a minute of the scenarios that say most, beside the ratios of the last release. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { comparedCells, comparedHeading, compareRatios, type Ratios, verdictOf } from "./lib/compare.ts";
import { type Run, runContest } from "./lib/contest.ts";
import { type ServerName, startServer } from "./lib/servers.ts";
import { formatTable, ratiosOf } from "./lib/table.ts";
import { scenarios } from "./scenarios.ts";

const smokeScenarios = ["hot", "business", "cold", "patch-logto"];
/** Fastify is the fastest of the peers. */
const smokeServers: readonly ServerName[] = ["service", "fastify", "empty"];
export const smokeRounds = { rounds: 3, seconds: 1 };
const fewPeople = 200;

const path = fileURLToPath(new URL("last-release.json", import.meta.url));
const release = z.object({
  version: z.string(),
  /** What the machine had to do at the start, and on how many cores: its ratios are worth the less, the more that was. */
  machine: z.string(),
  ratios: z.record(z.string(), z.record(z.string(), z.number())),
});
const manifest = z.object({ version: z.string() });

const lastRelease = () =>
  existsSync(path)
    ? release.parse(JSON.parse(readFileSync(path, "utf8")))
    : { version: "none", machine: "nowhere", ratios: {} };

/**
 * Measures and compares.
 * @param record whether this run becomes the last release.
 * @returns the table, and a sentence that says what fell.
 */
export async function runSmoke(run: Run, record: boolean): Promise<string> {
  const machine = `a load of ${loadavg()[0]?.toFixed(1)} on ${cpus().length} cores`;
  const now: Record<string, Record<string, number>> = {};
  for (const name of smokeScenarios) {
    const scenario = scenarios[name];
    if (!scenario) throw new Error(`There is no scenario ${name}.`);
    const contestants = smokeServers
      .filter((server) => scenario.servers.includes(server))
      .map((server) => ({
        name: server,
        start: () => startServer(server, run.around, scenario),
      }));
    const people = scenario.warm ? Math.min(scenario.people, fewPeople) : scenario.people;
    now[name] = ratiosOf(await runContest({ ...scenario, people }, contestants, run));
  }
  const last = lastRelease();
  const compared = compareRatios(now, last.ratios);
  if (record) writeRelease(now, machine);
  const table = formatTable([comparedHeading, ...compared.map(comparedCells)]);
  return `${table}\nThe last release is ${last.version}, measured at ${last.machine}; this is ${machine}.\n${verdictOf(compared)}`;
}

function writeRelease(ratios: Ratios, machine: string) {
  const { version } = manifest.parse(JSON.parse(readFileSync("package.json", "utf8")));
  const rounded = Object.entries(ratios).map(([scenario, others]) => [
    scenario,
    Object.fromEntries(Object.entries(others).map(([name, ratio]) => [name, Number(ratio.toFixed(2))])),
  ]);
  const text = JSON.stringify({ version, machine, ratios: Object.fromEntries(rounded) }, undefined, 2);
  writeFileSync(path, `${text}\n`);
}
