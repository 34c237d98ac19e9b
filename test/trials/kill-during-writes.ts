/**
 * `npm run test:crash [-- <kills>]`: kills the service with SIGKILL while people change fields of both stores, starts it
 * again, and checks that every acknowledged change is there and no change is there by half.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Sqlite from "better-sqlite3";
import { eventually } from "../support/instances.ts";
import { type ServiceProcess, startProcess } from "../support/processes.ts";
import { call, environmentOf, startTestTenant, tokensOf } from "../support/service.ts";

const kills = Number(process.argv[2] ?? 200);
const people = ["alice", "bob", "carol", "dave"].map((username) => ({ username, sent: 0, acknowledged: 0 }));
type Person = (typeof people)[number];
const counts = {
  kills: 0,
  acknowledged: 0,
  interrupted: 0,
  finished: 0,
  dropped: 0,
  lost: 0,
  halves: 0,
  corrupt: 0,
};

const tenant = await startTestTenant();
const folder = await mkdtemp(join(tmpdir(), "profile-bff-crash-"));
const path = join(folder, "profile.db");
const environment = environmentOf(tenant, `file:${path}`);
const token = tokensOf(tenant, Date);

const headersOf = async ({ username }: Person) => ({ authorization: `Bearer ${await token(username)}` });

/** Sets a field of each store to the same number. @returns undefined when the process is gone before it answers. */
async function change(person: Person, { url }: ServiceProcess, value: number) {
  const body = { name: String(value), business: { ethnicity: String(value) } };
  const answer = await call(url, "PATCH", "/me", body, await headersOf(person)).catch(() => undefined);
  if (answer && answer.status !== 200) throw new Error(`a change answered ${answer.status}: ${answer.text}`);
  return answer;
}

/** Changes again and again, until the process is gone. */
async function write(person: Person, service: ServiceProcess) {
  for (;;) {
    person.sent += 1;
    if ((await change(person, service, person.sent)) === undefined) return;
    person.acknowledged = person.sent;
    counts.acknowledged += 1;
  }
}

/** What killed writers left. Their locks are made to expire now, not in half a minute. */
function autopsy() {
  const database = new Sqlite(path, { timeout: 5_000 });
  const left = database.prepare("select count(*) from journal").pluck().get();
  database.exec("update leases set expires_at = 0");
  if (database.pragma("integrity_check", { simple: true }) !== "ok") counts.corrupt += 1;
  database.close();
  return Number(left);
}

const settled = () => {
  const database = new Sqlite(path, { readonly: true });
  const left = database.prepare("select count(*) from journal").pluck().get();
  database.close();
  return left === 0;
};

async function judge(person: Person, { url }: ServiceProcess) {
  const { status, body, text } = await call(url, "GET", "/me", undefined, await headersOf(person));
  if (status !== 200) throw new Error(`a read answered ${status}: ${text}`);
  const [inLogto, inVault] = [Number(body.name), Number(body.business.ethnicity)];
  if (inLogto !== inVault) counts.halves += 1;
  if (inVault < person.acknowledged || inVault > person.sent) counts.lost += 1;
  if (inLogto !== inVault) process.stdout.write(`half: ${JSON.stringify({ ...person, inLogto, inVault })}\n`);
  if (inVault > person.acknowledged) counts.finished += 1;
  else counts.dropped += 1;
  person.acknowledged = inVault;
}

const first = await startProcess(environment);
for (const person of people) await change(person, first, 0);
await first.stop();

const startedAt = performance.now();
for (; counts.kills < kills; counts.kills += 1) {
  const service = await startProcess(environment);
  await eventually(settled);
  for (const person of people) await judge(person, service);
  const writers = Promise.all(people.map((person) => write(person, service)));
  await sleep(50 + Math.random() * 300);
  await service.kill();
  await writers;
  counts.interrupted += autopsy();
  if (counts.kills % 20 === 19) process.stdout.write(`${JSON.stringify(counts)}\n`);
}
const last = await startProcess(environment);
await eventually(settled);
for (const person of people) await judge(person, last);
process.stdout.write(
  `${JSON.stringify(counts)} in ${Math.round((performance.now() - startedAt) / 1000)} s\n`,
);
await last.stop();
await tenant.close();
await rm(folder, { recursive: true });
process.exitCode = counts.lost + counts.halves + counts.corrupt === 0 ? 0 : 1;
