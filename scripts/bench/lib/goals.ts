/** What the service should reach beside its peers, and whether a run shows it. */
import { type Row, ratiosOf } from "./table.ts";

/** The requests that the service should serve for each one of another server, at least. */
const leastRatios: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  hot: { fastify: 8, express: 14, empty: 0.33 },
  distinct: { fastify: 6 },
  conditional: { empty: 0.36 },
  business: { fastify: 8 },
  cold: { fastify: 1 },
  "patch-logto": { fastify: 0.6 },
};
/** Calls to Logto for 1,000 requests, at most. */
const mostCalls: Readonly<Record<string, number>> = { zipf: 200 };
/** Where nobody should wait longer than at a peer. */
const reads = ["hot", "distinct", "zipf", "cold", "business", "conditional"];
const peers = ["express", "fastify", "hono"];

export const goalsHeading = ["scenario", "goal", "is", "reached"];

const line = (scenario: string, goal: string, is: number, reached: boolean) => [
  scenario,
  goal,
  is.toFixed(2),
  reached ? "yes" : "no",
];

/** @returns a line for each goal of a scenario. @param rows the service's first. */
export function goalLines(scenario: string, rows: readonly Row[]): string[][] {
  const [service] = rows;
  if (!service) return [];
  const ratios = ratiosOf(rows);
  const lines = Object.entries(leastRatios[scenario] ?? {}).map(([server, least]) => {
    const ratio = ratios[server] ?? Number.NaN;
    return line(scenario, `at least ${least} x ${server}`, ratio, ratio >= least);
  });
  const calls = mostCalls[scenario];
  if (calls !== undefined) {
    const { upstreamCalls } = service;
    lines.push(line(scenario, `at most ${calls} calls / 1,000`, upstreamCalls, upstreamCalls <= calls));
  }
  const others = rows.filter(({ server }) => peers.includes(server)).map(({ p99 }) => p99);
  if (reads.includes(scenario) && others.length > 0) {
    const least = Math.min(...others);
    lines.push(
      line(scenario, `p99 below ${least.toFixed(2)} ms, the peers'`, service.p99, service.p99 < least),
    );
  }
  return lines;
}
