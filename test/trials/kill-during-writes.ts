/**
 * `npm run test:crash [-- <kills> [--postgres]]`: kills the service with SIGKILL while people change fields of both
 * stores, starts it again, and checks that every acknowledged change is there, no change is there by half, and each has
 * been told to its person: at least once, and none that was not made.
 * With `--postgres` there are two instances on one PostgreSQL, and each time one of them is killed.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import * as z from "zod";
import { eventually } from "../support/instances.ts";
import { type ServiceProcess, startProcess } from "../support/processes.ts";
import { call, environmentOf, startTestTenant, tokensOf } from "../support/service.ts";
import { createPostgresTrial, createSqliteTrial } from "../support/trial-databases.ts";
import { json, startUpstream } from "../support/upstream.ts";

const { positionals, values } = parseArgs({
  options: { postgres: { type: "boolean", default: false } },
  allowPositionals: true,
});
const kills = Number(positionals[0] ?? (values.postgres ? 50 : 200));
const people = ["alice", "bob", "carol", "dave"].map((username) => ({ username, sent: 0, acknowledged: 0 }));
type Person = (typeof people)[number];
const counts = {
  kills: 0,
  acknowledged: 0,
  refused: 0,
  interrupted: 0,
  finished: 0,
  dropped: 0,
  lost: 0,
  halves: 0,
  corrupt: 0,
  /** Changes without a notice, notices without a change, and what came more than once, which may be. */
  untold: 0,
  invented: 0,
  repeated: 0,
};

const tenant = await startTestTenant();
const database = await (values.postgres ? createPostgresTrial() : createSqliteTrial());
const receiver = await startUpstream();
receiver.on("POST /notices", json(204));
const environment = {
  ...environmentOf(tenant, database.url),
  NOTICES_URL: `${receiver.origin}/notices`,
  NOTICES_SECRET: `whsec_${Buffer.alloc(32, 1).toString("base64")}`,
};
const token = tokensOf(tenant, Date);
/** All of them answer until a kill. */
const instances: ServiceProcess[] = [];
for (let started = 0; started < (values.postgres ? 2 : 1); started += 1) {
  instances.push(await startProcess(environment));
}
/** The instance whose turn it is. */
const instanceAt = (turn: number) => {
  const instance = instances[turn % instances.length];
  if (!instance) throw new Error("There is no instance.");
  return instance;
};

const headersOf = async ({ username }: Person) => ({
  authorization: `Bearer ${await token(username)}`,
  "cache-control": "no-cache",
});

/** What an overloaded machine answers; the change may have happened. */
const unavailable = [503, 504];

/** Sets a field of each store to the same number, and a username that is told. @returns undefined when the process is gone before it answers. */
async function change(person: Person, { url }: ServiceProcess, value: number) {
  const username = `${person.username}_${value}`;
  const body = { username, name: String(value), business: { ethnicity: String(value) } };
  const answer = await call(url, "PATCH", "/me", body, await headersOf(person)).catch(() => undefined);
  if (answer && answer.status !== 200 && !unavailable.includes(answer.status))
    throw new Error(`a change answered ${answer.status}: ${answer.text}`);
  return answer;
}

/** Changes again and again, by each instance in turn, until one is gone. */
async function write(person: Person, round: { ended: boolean }) {
  while (!round.ended) {
    person.sent += 1;
    const answer = await change(person, instanceAt(person.sent), person.sent);
    if (answer === undefined) return;
    if (answer.status === 200) {
      person.acknowledged = person.sent;
      counts.acknowledged += 1;
    } else {
      counts.refused += 1;
    }
  }
}

const countSchema = z.array(z.object({ count: z.coerce.number() }));
async function journalled() {
  const [row] = countSchema.parse(await database.filler.query("select count(*) as count from journal"));
  return row?.count ?? 0;
}
const settled = async () => (await journalled()) === 0;

/** What killed writers left. Their locks are made to expire now, not in half a minute. */
async function autopsy() {
  const left = await journalled();
  await database.filler.run(() => "update leases set expires_at = 0");
  await database.filler.run(() => "update notices set retry_at = 0");
  if (!(await database.isIntact())) counts.corrupt += 1;
  return left;
}

async function judge(person: Person, { url }: ServiceProcess) {
  const headers = await headersOf(person);
  const read = () => call(url, "GET", "/me", undefined, headers);
  let { status, body, text } = await read();
  for (let again = 0; again < 10 && unavailable.includes(status); again += 1) {
    await sleep(500);
    ({ status, body, text } = await read());
  }
  if (status !== 200) throw new Error(`a read answered ${status}: ${text}`);
  const [inLogto, inVault] = [Number(body.name), Number(body.business.ethnicity)];
  if (inLogto !== inVault) counts.halves += 1;
  if (inVault < person.acknowledged || inVault > person.sent) counts.lost += 1;
  if (inLogto !== inVault) process.stdout.write(`half: ${JSON.stringify({ ...person, inLogto, inVault })}\n`);
  if (inVault > person.acknowledged) counts.finished += 1;
  else counts.dropped += 1;
  person.acknowledged = inVault;
}

async function judgeAll() {
  await eventually(settled, { seconds: 60 });
  for (const [index, person] of people.entries()) await judge(person, instanceAt(counts.kills + index));
}

const noticeSchema = z.object({ data: z.object({ id: z.string(), to: z.object({ email: z.string() }) }) });

/** Compares what the activity has of a person with the notices that their address got. */
async function judgeNotices({ username }: Person) {
  const user = tenant.description.users.find((seeded) => seeded.username === username);
  const [made] = countSchema.parse(
    await database.filler.query(
      `select count(*) as count from activity where event = 'profile.updated' and user_id = '${user?.id}'`,
    ),
  );
  const received = receiver.received
    .map(({ body }) => noticeSchema.parse(JSON.parse(body)).data)
    .filter(({ to }) => to.email === user?.primaryEmail);
  const told = new Set(received.map(({ id }) => id)).size;
  counts.untold += Math.max(0, (made?.count ?? 0) - told);
  counts.invented += Math.max(0, told - (made?.count ?? 0));
  counts.repeated += received.length - told;
}

const outboxIsEmpty = async () => {
  const [row] = countSchema.parse(await database.filler.query("select count(*) as count from notices"));
  return row?.count === 0;
};

for (const person of people) {
  await eventually(async () => (await change(person, instanceAt(0), 0))?.status === 200, { seconds: 60 });
}
const startedAt = performance.now();
for (; counts.kills < kills; counts.kills += 1) {
  await judgeAll();
  const round = { ended: false };
  const writers = Promise.all(people.map((person) => write(person, round)));
  // However slow the machine is, a kill comes among changes: after some were acknowledged, and a part of the next.
  const enough = counts.acknowledged + 1 + Math.random() * 8;
  await eventually(() => counts.acknowledged >= enough, { seconds: 60 });
  await sleep(Math.random() * 50);
  await instanceAt(counts.kills).kill();
  round.ended = true;
  await writers;
  counts.interrupted += await autopsy();
  instances[counts.kills % instances.length] = await startProcess(environment);
  if (counts.kills % 20 === 19) process.stdout.write(`${JSON.stringify(counts)}\n`);
}
await judgeAll();
await eventually(outboxIsEmpty, { seconds: 180 });
for (const person of people) await judgeNotices(person);
process.stdout.write(
  `${database.name} ${JSON.stringify(counts)} in ${Math.round((performance.now() - startedAt) / 1000)} s\n`,
);
for (const instance of instances) await instance.stop();
await tenant.close();
await receiver.stop();
await database.remove();
process.exitCode =
  counts.lost + counts.halves + counts.corrupt + counts.untold + counts.invented === 0 ? 0 : 1;
