/** Runs one scenario: starts its servers, warms them, and drives them in turn. */
import { OperatorError } from "../../../src/operator-error.ts";
import type { Scenario, ServerName } from "../scenarios.ts";
import type { Identity } from "./identity.ts";
import { type Load, runLoad } from "./load.ts";
import { processorMicroseconds, type RunningProgram, residentMiB } from "./processes.ts";
import { type Surroundings, startServer } from "./servers.ts";
import { type Round, type Row, rowOf } from "./table.ts";
import type { Upstream } from "./upstream.ts";

export type Run = {
  around: Surroundings;
  identity: Identity;
  upstream: Upstream;
  rounds: number;
  seconds: number;
};

type Driven = { name: ServerName; program: RunningProgram; rounds: Round[]; headers: Record<string, string> };

const warmConnections = 50;

/** @returns a row for each server, in the order of the scenario. */
export async function runScenario(scenario: Scenario, run: Run): Promise<Row[]> {
  const { upstream, around, identity } = run;
  const { file, tokens } = identity.tokensFor(scenario.people);
  await upstream.setDelay(scenario.delayMs);
  const driven: Driven[] = [];
  try {
    for (const name of scenario.servers) {
      const program = await startServer(name, around, scenario);
      const headers = await check(scenario, program.url, tokens[0] ?? "");
      driven.push({ name, program, rounds: [], headers });
      if (scenario.warm && name !== "empty") await warm(program.url, scenario, tokens);
    }
    for (let round = 0; round < run.rounds; round += 1) {
      for (const server of driven) server.rounds.push(await drive(scenario, run, server, { file, round }));
    }
  } finally {
    for (const { program } of driven) await program.stop();
  }
  return driven.map(({ name, rounds }) => rowOf(name, rounds));
}

/** Asks once, so that no figure is that of a refusal. @returns the headers for a load of one person. */
async function check({ conditional, path }: Scenario, url: string, token: string) {
  const headers: Record<string, string> = { Authorization: `Bearer ${token}` };
  const answer = await fetch(`${url}${path.startsWith("/me/business") ? path : "/me"}`, { headers });
  if (answer.status !== 200)
    throw new OperatorError(`${url} answers ${answer.status}: ${await answer.text()}`);
  await answer.arrayBuffer();
  const tag = answer.headers.get("etag");
  if (conditional && tag !== null) headers["If-None-Match"] = tag;
  return headers;
}

/** Reads once as every person. */
async function warm(url: string, { path, method }: Scenario, tokens: readonly string[]) {
  const left = tokens.values();
  const readOn = async () => {
    for (const token of left) {
      const answer = await fetch(`${url}${method === "GET" ? path : "/me"}`, {
        headers: { Authorization: `Bearer ${token}` },
      });
      await answer.arrayBuffer();
    }
  };
  await Promise.all(Array.from({ length: warmConnections }, readOn));
}

async function drive(
  scenario: Scenario,
  { upstream, rounds, seconds }: Run,
  { name, program, headers }: Driven,
  { file, round }: { file: string; round: number },
): Promise<Round> {
  // Only a scenario of first sights needs people of its own in every round.
  const count =
    scenario.warm || scenario.order === "zipf" ? scenario.people : Math.floor(scenario.people / rounds);
  const load: Load = {
    ...scenario,
    url: program.url,
    tokens: { file, first: count === scenario.people ? 0 : round * count, count },
    body: scenario.body?.(`${name} ${round}`),
    headers,
    seconds,
  };
  const before = await upstream.calls();
  const busyBefore = processorMicroseconds(program.pid);
  const result = await runLoad(load);
  const calls = (await upstream.calls()) - before;
  return {
    processorMicroseconds: (processorMicroseconds(program.pid) - busyBefore) / result.requests,
    requestsPerSecond: result.requests / result.seconds,
    p50: result.p50,
    p99: result.p99,
    residentMiB: residentMiB(program.pid),
    upstreamCalls: (calls * 1000) / result.requests,
    failed: result.failed,
  };
}
