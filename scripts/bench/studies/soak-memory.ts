/** `soak-memory`: Zipf at full load: the memory early and late, and how long the event loop stood still. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import type { Run } from "../lib/contest.ts";
import { runLoad } from "../lib/load.ts";
import { residentMiB } from "../lib/resources.ts";
import { startService } from "../lib/servers.ts";
import { median } from "../lib/table.ts";
import { readTask } from "../scenarios.ts";

const people = 100_000;
const sampleMs = 2_000;
/** The parts of the time between which "early" and "late" are. */
const early = [0.18, 0.22] as const;
const late = [0.96, 1] as const;
const loopDelays = z.object({ p999Ms: z.number(), longestMs: z.number() });

type Sample = { part: number; residentMiB: number };

async function sampleWhile(load: Promise<unknown>, pid: number, seconds: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  const startedAt = performance.now();
  let ended = false;
  const end = load.finally(() => {
    ended = true;
  });
  while (!ended) {
    await sleep(sampleMs);
    const part = (performance.now() - startedAt) / (seconds * 1000);
    if (!ended) samples.push({ part, residentMiB: residentMiB(pid) });
  }
  await end;
  return samples;
}

const between = (samples: readonly Sample[], [from, to]: readonly [number, number]) =>
  median(samples.filter(({ part }) => part >= from && part <= to).map((sample) => sample.residentMiB));

/** @param seconds the whole time; "early" is after a fifth of it. */
export async function soakMemory(run: Run, seconds: number): Promise<string> {
  const { file } = run.identity.tokensFor(people);
  await run.upstream.setDelay(readTask.delayMs);
  const report = join(run.around.folder, "event-loop.json");
  const service = await startService(run.around, {
    cacheSeconds: readTask.cacheSeconds,
    nodeOptions: ["--import", fileURLToPath(new URL("../lib/watch-event-loop.mjs", import.meta.url))],
    environment: { EVENT_LOOP_REPORT: report },
  });
  const load = runLoad({
    ...{ ...readTask, order: "zipf", url: service.url, seconds },
    tokens: { file, first: 0, count: people },
  });
  const samples = await sampleWhile(load, service.pid, seconds).finally(() => service.stop());
  const { requests, failed } = await load;
  const { p999Ms, longestMs } = loopDelays.parse(JSON.parse(readFileSync(report, "utf8")));
  const [first, last] = [between(samples, early), between(samples, late)];
  const mib = (value: number) => `${value.toFixed(0)} MiB`;
  return [
    `${requests} requests in ${seconds} s, ${failed} failed`,
    `RSS ${mib(first)} after a fifth of the time, ${mib(last)} at the end (${(last / first).toFixed(2)} ×), at most ${mib(Math.max(...samples.map((sample) => sample.residentMiB)))}`,
    `event loop: p99.9 ${p999Ms.toFixed(1)} ms, longest ${longestMs.toFixed(1)} ms`,
  ].join("\n");
}
