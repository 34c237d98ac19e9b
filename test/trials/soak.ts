/**
 * `npm run soak [-- <minutes> [--postgres]]`: people read and change their data while one thing after another goes wrong.
 * At the end nothing that was acknowledged is lost, no change is there by half, every refusal was one of those that the
 * fault explains, and the process has given back its handles and its memory.
 */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { eventually } from "../support/instances.ts";
import { type ServiceProcess, startProcess } from "../support/processes.ts";
import { call, environmentOf, startTestTenant, tokensOf } from "../support/service.ts";
import { createPostgresTrial, createSqliteTrial } from "../support/trial-databases.ts";
import { type Fault, faults, noAnswer, type Soaked } from "./soak-faults.ts";

const { positionals, values } = parseArgs({
  options: { postgres: { type: "boolean", default: false } },
  allowPositionals: true,
});
const minutes = Number(positionals[0] ?? 15);
/** Each fault lasts as long, and as long nothing is wrong after what follows from it. */
const faultSeconds = 8;
const calmSeconds = 8;
/** Towards the end no fault replaces the process, so that one process is measured for as long. */
const sameProcessSeconds = Math.min(300, minutes * 30);

const tenant = await startTestTenant();
const database = await (values.postgres ? createPostgresTrial() : createSqliteTrial());
const stepClock = new URL("step-clock.mjs", import.meta.url).href;
let environment: Record<string, string> = {
  ...environmentOf(tenant, database.url),
  NODE_OPTIONS: `--import ${stepClock}`,
};
let service: ServiceProcess = await startProcess(environment);
const soaked: Soaked = {
  tenant,
  database,
  service: () => service,
  keys: () => environment.ENCRYPTION_KEYS ?? "",
  async start(changes = {}) {
    environment = { ...environment, ...changes };
    service = await startProcess(environment);
  },
};

const token = tokensOf(tenant, Date);
const people = tenant.description.users.map(({ username }) => ({ username, sent: 0, acknowledged: 0 }));
type Person = (typeof people)[number];

const load = { paused: false, ended: false, calls: 0 };
/** What is wrong now or was a moment ago. */
let current: Fault | undefined;
const refusals = new Map<string, number>();
const unexpected = new Map<string, number>();
const count = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);

/** Makes a call and files its answer. @returns the status; `noAnswer` where there was none. */
async function ask({ username }: Person, method: string, path: string, body?: unknown, headers = {}) {
  const fault = current;
  const authorization = `Bearer ${await token(username)}`;
  const answer = await call(service.url, method, path, body, { authorization, ...headers }).catch(
    () => undefined,
  );
  const status = answer?.status ?? noAnswer;
  load.calls += 1;
  if (status >= 200 && status < 300) return status;
  const what = `${method} ${path} ${status} ${answer?.body?.code ?? "no answer"}`;
  count(refusals, `${fault?.name ?? current?.name ?? "nothing is wrong"}: ${status}`);
  const explained = [fault, current].some((one) => one?.allowed.includes(status));
  if (!explained) count(unexpected, `${fault?.name ?? "nothing is wrong"}: ${what}`);
  return status;
}

/** Sets a field of each store to the same number, again and again. */
async function write(person: Person) {
  person.sent += 1;
  const value = person.sent;
  const body = { name: String(value), business: { ethnicity: String(value) } };
  if ((await ask(person, "PATCH", "/me", body)) === 200) person.acknowledged = value;
}

const fresh = { "cache-control": "no-cache" };
const reads: readonly ((person: Person) => Promise<unknown>)[] = [
  (person) => ask(person, "GET", "/me"),
  (person) => ask(person, "GET", "/me", undefined, fresh),
  (person) => ask(person, "GET", "/me/business"),
  (person) => ask(person, "GET", "/me"),
  (person) => ask(person, "GET", "/me/activity"),
  (person) => ask(person, "POST", "/me/password/check", { password: "Rainy-Harbour-27" }),
];

/** Does something again and again, at the pace of somebody in a hurry. */
async function repeat(work: (turn: number) => Promise<unknown>) {
  for (let turn = 0; !load.ended; turn += 1) {
    if (!load.paused) await work(turn);
    await sleep(30);
  }
}

/** The handles and the memory of the process while nobody asks for anything. */
async function atRest() {
  load.paused = true;
  // Connections that nobody uses are closed by then.
  await sleep(15_000);
  const handles = readdirSync(`/proc/${service.pid}/fd`).length;
  const status = readFileSync(`/proc/${service.pid}/status`, "utf8");
  const mebibytes = Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024);
  load.paused = false;
  return { pid: service.pid, handles, mebibytes };
}

async function goThrough(fault: Fault) {
  current = fault;
  const end = await fault.begin(soaked);
  await sleep(faultSeconds * 1000);
  await end();
  await sleep(fault.afterSeconds * 1000);
  current = undefined;
  await sleep(calmSeconds * 1000);
}

const journalled = async () =>
  Number(Object.values(Object((await database.filler.query("select count(*) from journal"))[0]))[0]);

/** @returns what of a person's changes is not as it was acknowledged. */
async function judge(person: Person) {
  const authorization = `Bearer ${await token(person.username)}`;
  const { body } = await call(service.url, "GET", "/me", undefined, { authorization, ...fresh });
  const [inLogto, inVault] = [Number(body.name), Number(body.business.ethnicity)];
  return {
    half: inLogto !== inVault,
    lost: inVault < person.acknowledged || inVault > person.sent,
  };
}

const startedAt = performance.now();
const secondsLeft = () => minutes * 60 - (performance.now() - startedAt) / 1000;
const workers = people.flatMap((person) => [
  repeat(() => write(person)),
  repeat(async (turn) => reads[turn % reads.length]?.(person)),
]);
const possible = faults.filter(({ only }) => only === undefined || only === database.name);
const met: string[] = [];
await sleep(calmSeconds * 1000);
let before: Awaited<ReturnType<typeof atRest>> | undefined;
for (let turn = 0; secondsLeft() > 30; turn += 1) {
  const isLate = secondsLeft() < sameProcessSeconds;
  if (isLate) before ??= await atRest();
  const choice = possible.filter(({ restarts }) => !isLate || !restarts);
  const fault = choice[turn % choice.length];
  if (!fault) break;
  await goThrough(fault);
  met.push(fault.name);
}
const after = await atRest();
load.ended = true;
await Promise.all(workers);
await eventually(async () => (await journalled()) === 0, { seconds: 60 });
const judged = await Promise.all(people.map(judge));
const report = {
  database: database.name,
  minutes,
  calls: load.calls,
  acknowledged: people.reduce((sum, { acknowledged }) => sum + acknowledged, 0),
  faults: met.length,
  kinds: new Set(met).size,
  refusals: Object.fromEntries(refusals),
  unexpected: Object.fromEntries(unexpected),
  lost: judged.filter(({ lost }) => lost).length,
  halves: judged.filter(({ half }) => half).length,
  intact: await database.isIntact(),
  before,
  after,
};
process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
await service.stop();
await tenant.close();
await database.remove();
const isBack =
  before !== undefined &&
  before.pid === after.pid &&
  after.handles <= before.handles + 5 &&
  after.mebibytes <= before.mebibytes * 1.25;
process.exitCode = unexpected.size + report.lost + report.halves === 0 && report.intact && isBack ? 0 : 1;
