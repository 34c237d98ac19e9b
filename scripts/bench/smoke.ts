/** `npm run bench -- --smoke`: a minute of the scenarios that say most, beside the ratios of the last release. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
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
  ratios: z.record(z.string(), z.record(z.string(), z.number())),
});
const manifest = z.object({ version: z.string() });

const lastRelease = () =>
  existsSync(path) ? release.parse(JSON.parse(readFileSync(path, "utf8"))) : { version: "none", ratios: {} };

/**
 * Measures and compares.
 * @param record whether this run becomes the last release.
 * @returns the table, and a sentence that says what fell.
 */
export async function runSmoke(run: Run, record: boolean): Promise<string> {
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
  const { version, ratios } = lastRelease();
  const compared = compareRatios(now, ratios);
  if (record) writeRelease(now);
  const table = formatTable([comparedHeading, ...compared.map(comparedCells)]);
  return `${table}\nThe last release is ${version}. ${verdictOf(compared)}`;
}

function writeRelease(ratios: Ratios) {
  const { version } = manifest.parse(JSON.parse(readFileSync("package.json", "utf8")));
  const rounded = Object.entries(ratios).map(([scenario, others]) => [
    scenario,
    Object.fromEntries(Object.entries(others).map(([name, ratio]) => [name, Number(ratio.toFixed(2))])),
  ]);
  const text = JSON.stringify({ version, ratios: Object.fromEntries(rounded) }, undefined, 2);
  writeFileSync(path, `${text}\n`);
}
