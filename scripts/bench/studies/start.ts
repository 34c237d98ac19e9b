/** `start`: from the start of the process to the first answer, on Node and on workerd, and what the time goes to. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import type { Run } from "../lib/contest.ts";
import { type RunningProgram, startProgram } from "../lib/processes.ts";
import { ownTimes } from "../lib/profile.ts";
import { processorMicroseconds } from "../lib/resources.ts";
import { serviceVariables, startServer, startService } from "../lib/servers.ts";
import { formatTable, median } from "../lib/table.ts";
import { startWorkerd } from "../lib/workerd.ts";
import { readTask } from "../scenarios.ts";

const starts = 5;
const shownOwners = 10;
const root = fileURLToPath(new URL("../../../", import.meta.url));
const { cacheSeconds } = readTask;

/** In ms; `busy` is the processor's time until the first answer. */
type Times = { start: number; busy: number; firstRead: number; secondRead: number };

async function read(url: string, token: string): Promise<number> {
  const startedAt = performance.now();
  const answer = await fetch(`${url}/me`, { headers: { authorization: `Bearer ${token}` } });
  await answer.arrayBuffer();
  return answer.ok ? performance.now() - startedAt : Number.NaN;
}

async function timesOf(start: () => Promise<RunningProgram>, token: string): Promise<Times[]> {
  const times: Times[] = [];
  for (let number = 0; number < starts; number += 1) {
    const program = await start();
    const busy = processorMicroseconds(program.pid) / 1000;
    const firstRead = await read(program.url, token);
    times.push({ start: program.startMs, busy, firstRead, secondRead: await read(program.url, token) });
    await program.stop();
  }
  return times;
}

const cells = (name: string, times: readonly Times[]) => [
  name,
  "",
  ...(["start", "busy", "firstRead", "secondRead"] as const).map((part) =>
    median(times.map((one) => one[part])).toFixed(1),
  ),
];

const roundTrips = z.object({ roundTrips: z.number() });

/** @returns the times in workerd, and the round trips to D1 of a warm read. */
async function measureWorker({ around }: Run, bundle: string, token: string) {
  const d1 = await startProgram(
    {
      file: "scripts/bench/d1.ts",
      arguments: ["{port}", around.databases.service],
      environment: {},
      readyPath: "/bench",
    },
    around.folder,
  );
  const compatibilityDate = /^compatibility_date = "(.*)"$/m.exec(
    readFileSync(join(root, "wrangler.toml"), "utf8"),
  )?.[1];
  const options = {
    bundle,
    compatibilityDate: compatibilityDate ?? "",
    d1Url: d1.url,
    environment: serviceVariables(around, cacheSeconds),
  };
  const start = () => startWorkerd(options, around.folder);
  const count = async () => roundTrips.parse(await (await fetch(`${d1.url}/bench`)).json()).roundTrips;
  try {
    const times = await timesOf(start, token);
    const worker = await start();
    await read(worker.url, token);
    const before = await count();
    await read(worker.url, token);
    const trips = (await count()) - before;
    await worker.stop();
    return { times, trips };
  } finally {
    await d1.stop();
  }
}

/** Starts the service once under V8's profiler, and answers one request. */
async function profileStart({ around }: Run, token: string): Promise<string> {
  const folder = join(around.folder, "profile");
  const nodeOptions = ["--cpu-prof", `--cpu-prof-dir=${folder}`, "--cpu-prof-interval=200"];
  const service = await startService(around, { cacheSeconds, nodeOptions });
  await read(service.url, token);
  await service.stop();
  const [file = ""] = readdirSync(folder);
  const times = ownTimes(readFileSync(join(folder, file), "utf8"), root).slice(0, shownOwners);
  return formatTable([
    ["own time at start", "", "ms"],
    ...times.map(({ owner, ms }) => [owner, "", ms.toFixed(1)]),
  ]);
}

export async function start(run: Run): Promise<string> {
  const [token = ""] = run.identity.tokensFor(1).tokens;
  await run.upstream.setDelay(readTask.delayMs);
  const lines = [["process", "", "first 200 ms", "CPU ms", "first GET /me ms", "second ms"]];
  const build = (script: string) =>
    execFileSync(process.execPath, [`scripts/${script}.ts`], { cwd: root, encoding: "utf8" }).trim();
  build("build-server");
  const startBundle = () => startService(run.around, { cacheSeconds, bundled: true });
  lines.push(cells("service, bundled", await timesOf(startBundle, token)));
  for (const name of ["service", "express", "fastify", "hono"] as const) {
    lines.push(cells(name, await timesOf(() => startServer(name, run.around, { cacheSeconds }), token)));
  }
  const built = build("build-worker");
  const { times, trips } = await measureWorker(run, join(root, "out/worker/main.js"), token);
  lines.push(cells("Worker in workerd", times));
  return [
    formatTable(lines),
    `${built}; a warm GET /me takes ${trips} round trip(s) to D1`,
    await profileStart(run, token),
  ].join("\n\n");
}
