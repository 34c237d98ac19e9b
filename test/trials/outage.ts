/**
 * `npm run bench:outage [-- <seconds>]`: takes Logto away from a service under 100 requests a second, and prints how fast
 * people are refused meanwhile and how soon they are served once it is back.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startProcess } from "../support/processes.ts";
import { call, environmentOf, startTestTenant, tokensOf } from "../support/service.ts";

const seconds = Number(process.argv[2] ?? 60);
const perSecond = 100;

const tenant = await startTestTenant();
const folder = await mkdtemp(join(tmpdir(), "profile-bff-outage-"));
const service = await startProcess(environmentOf(tenant, `file:${join(folder, "profile.db")}`));
const token = tokensOf(tenant, Date);
const people = await Promise.all(
  tenant.description.users.map(async ({ username }) => ({
    authorization: `Bearer ${await token(username)}`,
    "cache-control": "no-cache",
  })),
);

type Outcome = { at: number; status: number; ms: number };
const outcomes: Outcome[] = [];
const load = { ended: false };

/** Sends at its own pace, whether answers come or not. */
async function send() {
  const startedAt = performance.now();
  const running: Promise<void>[] = [];
  for (let sent = 0; !load.ended; sent += 1) {
    const due = startedAt + (sent * 1000) / perSecond;
    if (due > performance.now()) await sleep(due - performance.now());
    running.push(one(sent));
  }
  await Promise.all(running);
}

async function one(index: number) {
  const at = performance.now();
  const { status } = await call(service.url, "GET", "/me", undefined, people[index % people.length]);
  outcomes.push({ at, status, ms: performance.now() - at });
}

const percentile = (sorted: readonly number[], share: number) =>
  Math.round((sorted[Math.ceil(sorted.length * share) - 1] ?? 0) * 10) / 10;

const sending = send();
await sleep(3_000);
const downAt = performance.now();
await tenant.pause();
await sleep(seconds * 1000);
const upAt = performance.now();
await tenant.resume();
await sleep(17_000);
load.ended = true;
await sending;

const during = outcomes.filter(({ at }) => at > downAt && at < upAt);
const refusals = during.filter(({ status }) => status !== 200).map(({ ms }) => ms);
const sorted = refusals.toSorted((one, other) => one - other);
const answeredAfter = outcomes
  .filter(({ at, status }) => at > upAt && status === 200)
  .map(({ at, ms }) => at + ms);
const settled = outcomes.filter(({ at }) => at > upAt + 15_000);
const report = {
  seconds,
  requests: outcomes.length,
  refused: sorted.length,
  statuses: [...new Set(during.map(({ status }) => status))].sort(),
  p50Ms: percentile(sorted, 0.5),
  p99Ms: percentile(sorted, 0.99),
  slowestMs: percentile(sorted, 1),
  firstSuccessAfterMs: Math.round(Math.min(...answeredAfter) - upAt),
  failedFrom15sOn: settled.filter(({ status }) => status !== 200).length,
};
process.stdout.write(`${JSON.stringify(report)}\n`);
await service.stop();
await tenant.close();
await rm(folder, { recursive: true });
const kept = report.p99Ms < 50 && report.firstSuccessAfterMs <= 15_000 && report.failedFrom15sOn === 0;
process.exitCode = kept ? 0 : 1;
