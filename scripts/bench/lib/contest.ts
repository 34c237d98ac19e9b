/** Runs one scenario: starts the servers, warms them, and drives them in turn. */
import { setTimeout as sleep } from "node:timers/promises";
import { OperatorError } from "../../../src/operator-error.ts";
import type { Task } from "../scenarios.ts";
import type { Identity } from "./identity.ts";
import { type LoadResult, runLoad } from "./load.ts";
import type { RunningProgram } from "./processes.ts";
import { processorMicroseconds, residentMiB } from "./resources.ts";
import type { Surroundings } from "./servers.ts";
import { type Round, type Row, rowOf } from "./table.ts";
import { sessionId } from "./tenant.ts";
import type { Upstream } from "./upstream.ts";

export type Run = {
  around: Surroundings;
  identity: Identity;
  upstream: Upstream;
  /** How often each server is driven. */
  rounds: number;
  /** How long each time. */
  seconds: number;
};

export type Contestant = { name: string; start(): Promise<RunningProgram> };

type Driven = { name: string; program: RunningProgram; rounds: Round[]; headers: Record<string, string> };

const warmConnections = 50;
const warmUpSeconds = 1;
const retryMs = 500;

/** @returns a row for each contestant, in their order. */
export async function runContest(task: Task, contestants: readonly Contestant[], run: Run): Promise<Row[]> {
  const { tokens } = run.identity.tokensFor(task.people);
  await run.upstream.setDelay(task.delayMs);
  const driven: Driven[] = [];
  try {
    for (const { name, start } of contestants) {
      const program = await start();
      const server = { name, program, rounds: [], headers: headersOf(task, tokens) };
      driven.push(server);
      await prepare(task, run, server, tokens);
    }
    for (let round = 1; round <= run.rounds; round += 1) {
      for (const server of driven) server.rounds.push(await measure(task, run, server, round));
    }
  } finally {
    for (const { program } of driven) await program.stop();
  }
  return driven.map(({ name, rounds }) => rowOf(name, rounds));
}

const bearer = (token = "") => ({ Authorization: `Bearer ${token}` });

const headersOf = ({ by }: Task, [token]: readonly string[]): Record<string, string> =>
  by === "cookie" ? { Cookie: `__Host-profile-session=${sessionId}`, "X-CSRF": "1" } : bearer(token);

/** Asks once by hand, then for every person if they are to be warm, then at full load for a moment. */
async function prepare(task: Task, run: Run, server: Driven, tokens: readonly string[]) {
  const { url } = server.program;
  const path = task.method === "GET" ? task.path : "/me";
  const answer = await read(`${url}${path}`, server.headers);
  if (!answer.body.includes(task.shows ?? ""))
    throw new OperatorError(`${url}${path} does not show ${task.shows}.`);
  const tag = answer.headers.get("etag");
  if (task.conditional && tag !== null) server.headers["If-None-Match"] = tag;
  if (task.warm && task.people > 1) {
    const left = tokens.values();
    const readOn = async () => {
      for (const token of left) await read(`${url}${path}`, bearer(token));
    };
    await Promise.all(Array.from({ length: warmConnections }, readOn));
  }
  await load(task, { ...run, seconds: warmUpSeconds }, server, 0);
}

type Read = { headers: Headers; body: string };

/**
 * Reads, again if the machine is too busy with something else.
 * @throws {OperatorError} for a refusal, so that no figure is that of refusals.
 */
async function read(url: string, headers: Record<string, string>, triesLeft = 5): Promise<Read> {
  const answer = await fetch(url, { headers });
  const body = await answer.text();
  if (answer.status === 200) return { headers: answer.headers, body };
  if (answer.status !== 503 || triesLeft === 0)
    throw new OperatorError(`${url} answers ${answer.status}: ${body}`);
  await sleep(retryMs);
  return read(url, headers, triesLeft - 1);
}

function load(task: Task, { identity, rounds, seconds }: Run, server: Driven, round: number) {
  const { file } = identity.tokensFor(task.people);
  // Only where tokens are to be seen for the first time does every round need people of its own.
  const isFirstSight = task.order === "walk" && !task.warm;
  const count = isFirstSight ? Math.floor(task.people / (rounds + 1)) : task.people;
  return runLoad({
    ...task,
    url: server.program.url,
    tokens: { file, first: isFirstSight ? round * count : 0, count },
    body: task.body?.(`${server.name} ${round}`),
    headers: server.headers,
    seconds,
  });
}

async function measure(task: Task, run: Run, server: Driven, round: number): Promise<Round> {
  const { pid } = server.program;
  const callsBefore = await run.upstream.calls();
  const busyBefore = processorMicroseconds(pid);
  const result: LoadResult = await load(task, run, server, round);
  const busy = processorMicroseconds(pid) - busyBefore;
  const calls = (await run.upstream.calls()) - callsBefore;
  return {
    requestsPerSecond: result.requests / result.seconds,
    p50: result.p50,
    p99: result.p99,
    processorMicroseconds: busy / result.requests,
    residentMiB: residentMiB(pid),
    upstreamCalls: (calls * 1000) / result.requests,
    failed: result.failed,
  };
}
