/**
 * `npm run trial:purge [-- <rows> [sqlite] [postgres]]`: lets the service purge two million expired rows while people read
 * and change their profiles. It prints for how long the event loop stood still at most, the p99 of the answers, and how
 * long the purge took; and the same for a while without a purge, since other programs may slow the machine.
 */
import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { type ServiceProcess, startProcess } from "../support/processes.ts";
import { call, environmentOf, startTestTenant, tokensOf } from "../support/service.ts";
import { type TrialDatabase, trialDatabases } from "../support/trial-databases.ts";

const [given, ...names] = process.argv.slice(2);
const expired = Number(given ?? 2_000_000);
const readsPerSecond = 40;
const changesPerSecond = 4;
const calmMs = 30_000;
const printEveryMs = 60_000;

const print = (name: string, report: object) =>
  process.stdout.write(`${name} ${JSON.stringify({ ...report, load: loadavg()[0]?.toFixed(1) })}\n`);

/** See `event-loop-probe.ts`. */
const loopLine = z.object({
  event: z.literal("event_loop"),
  loopMs: z.number(),
  statementMs: z.number(),
  statementCpuMs: z.number(),
  waitedMs: z.number(),
  statements: z.number(),
  slow: z.number(),
});
const doneLine = z.object({ event: z.literal("retention.done"), purged: z.number() });

const parsed = (lines: readonly string[]): unknown[] =>
  lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));

/** Three fifths of them are history, which every person has much of. */
async function fill({ filler }: TrialDatabase) {
  await filler.run(
    ({ numbers, random }) => `insert into activity (id, user_id, at, event, client_id, request_id, detail)
      select ${random}, ${random}, 1000000 + i, 'profile.updated', 'web', ${random}, '{"fields":["name"]}'
      from ${numbers(expired * 0.6)}`,
  );
  await filler.run(
    ({ numbers, random }) => `insert into idempotency
      (user_id, key_hash, request_hash, token, state, status, sealed, lock_expires_at, expires_at)
      select ${random}, ${random}, ${random}, ${random}, 'done', 200, ${Array(12).fill(random).join(" || ")}, i, 1000000 + i
      from ${numbers(expired * 0.2)}`,
  );
  await filler.run(
    ({ numbers, random }) => `insert into limits
      (bucket, count, window_ends_at, expires_at, locked, strikes, strikes_expire_at)
      select ${random}, 1, 1000000 + i, 1000000 + i, 0, 0, 0 from ${numbers(expired * 0.2)}`,
  );
}

type Outcome = { at: number; ms: number; status: number };

/** Sends at its own pace, whether answers come or not. */
function startLoad(perSecond: number, send: (index: number) => Promise<{ status: number }>) {
  const outcomes: Outcome[] = [];
  const running: Promise<void>[] = [];
  const one = async (index: number) => {
    const at = performance.now();
    const { status } = await send(index);
    outcomes.push({ at, ms: performance.now() - at, status });
  };
  let sent = 0;
  const timer = setInterval(() => running.push(one(sent++)), 1000 / perSecond);
  return {
    outcomes,
    async stop() {
      clearInterval(timer);
      await Promise.all(running);
    },
  };
}

const percentile = (values: readonly number[], share: number) => {
  const sorted = values.toSorted((one, other) => one - other);
  return Math.round((sorted[Math.ceil(sorted.length * share) - 1] ?? 0) * 10) / 10;
};

const summary = (outcomes: readonly Outcome[], from: number) => {
  const during = outcomes.filter(({ at }) => at >= from);
  const ms = during.map((outcome) => outcome.ms);
  return {
    calls: during.length,
    failed: during.filter(({ status }) => status !== 200).length,
    p50Ms: percentile(ms, 0.5),
    p99Ms: percentile(ms, 0.99),
    slowestMs: percentile(ms, 1),
  };
};

const longestOf = (lines: readonly string[]) => {
  const found = parsed(lines).flatMap((line) => loopLine.safeParse(line).data ?? []);
  const sum = (of: "statements" | "slow") => found.reduce((total, line) => total + line[of], 0);
  const longest = (of: "loopMs" | "statementMs" | "statementCpuMs" | "waitedMs") =>
    percentile(
      found.map((line) => line[of]),
      1,
    );
  return {
    loopMs: longest("loopMs"),
    statementMs: longest("statementMs"),
    statementCpuMs: longest("statementCpuMs"),
    waitedMs: longest("waitedMs"),
    statements: sum("statements"),
    above20Ms: sum("slow"),
  };
};

const purgedBy = ({ lines }: ServiceProcess) =>
  parsed(lines).reduce<number>((sum, line) => sum + (doneLine.safeParse(line).data?.purged ?? 0), 0);

async function trial(create: () => Promise<TrialDatabase>) {
  const database = await create();
  const tenant = await startTestTenant();
  const startedFilling = performance.now();
  await fill(database);
  print(database.name, { filled: expired, seconds: Math.round((performance.now() - startedFilling) / 1000) });
  const token = tokensOf(tenant, Date);
  const people = await Promise.all(
    tenant.description.users.map(async ({ username }) => ({
      authorization: `Bearer ${await token(username)}`,
    })),
  );
  const probe = new URL("../support/event-loop-probe.ts", import.meta.url);
  const service = await startProcess({
    ...environmentOf(tenant, database.url),
    NODE_OPTIONS: `--import=${probe.href}`,
  });
  const startedAt = performance.now();
  const linesAtStart = service.lines.length;
  const headers = (index: number) => people[index % people.length];
  const reads = startLoad(readsPerSecond, (index) =>
    call(service.url, "GET", "/me", undefined, headers(index)),
  );
  const changes = startLoad(changesPerSecond, (index) =>
    call(
      service.url,
      "PATCH",
      "/me",
      { customData: { newsletter: index % 8 < 4 }, business: { gender: String(index) } },
      headers(index),
    ),
  );
  const printSoFar = setInterval(() => {
    print(database.name, {
      secondsSoFar: Math.round((performance.now() - startedAt) / 1000),
      ...longestOf(service.lines.slice(linesAtStart)),
      reads: summary(reads.outcomes, startedAt),
      changes: summary(changes.outcomes, startedAt),
    });
  }, printEveryMs);
  while (purgedBy(service) < expired) await sleep(100);
  clearInterval(printSoFar);
  const doneAt = performance.now();
  const linesThen = service.lines.length;
  print(database.name, {
    purged: purgedBy(service),
    seconds: Math.round((doneAt - startedAt) / 100) / 10,
    ...longestOf(service.lines.slice(linesAtStart, linesThen)),
    reads: summary(reads.outcomes, startedAt),
    changes: summary(changes.outcomes, startedAt),
  });
  await sleep(calmMs);
  await Promise.all([reads.stop(), changes.stop()]);
  print(database.name, {
    withoutPurge: calmMs / 1000,
    ...longestOf(service.lines.slice(linesThen)),
    reads: summary(reads.outcomes, doneAt),
    changes: summary(changes.outcomes, doneAt),
  });
  const left = await database.filler.query(
    "select (select count(*) from limits where expires_at < 10000000) + (select count(*) from idempotency where expires_at < 10000000) as left_over",
  );
  print(database.name, { left });
  await service.stop();
  await tenant.close();
  await database.remove();
}

for (const create of trialDatabases(names)) await trial(create);
