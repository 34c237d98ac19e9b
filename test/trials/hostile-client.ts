/**
 * `npm run trial:hostile [-- <seconds> [<way> …]]`: one signed-in client calls a service with its default settings at
 * full speed, in one way after the other. Prints how long the reads and changes of another person take before and
 * meanwhile, what Logto is asked, and what is stored.
 */
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import Sqlite from "better-sqlite3";
import { startProcess } from "../support/processes.ts";
import { call, environmentOf, startTestTenant, tokensOf } from "../support/service.ts";

const everyWay = [
  "kept-answers",
  "large-kept-answers",
  "no-cache-reads",
  "password-checks",
  "parallel-changes",
];
const [, , givenSeconds = "60", ...givenWays] = process.argv;
const seconds = Number(givenSeconds);
/** What the other person does, and how often. */
const everyMs = { read: 40, change: 500 };
/** The budget of the calls to Logto that nothing is set for. */
const budget = { calls: 200, ms: 10_000 };

const tenant = await startTestTenant();
const folder = await mkdtemp(join(tmpdir(), "profile-bff-hostile-"));
const path = join(folder, "profile.db");
const { LOGTO_CALLS_PER_10S: _most, ...environment } = environmentOf(tenant, `file:${path}`);
const service = await startProcess(environment);
const token = tokensOf(tenant, Date);
const hostile = await token("alice");
const headers = { authorization: `Bearer ${await token("bob")}` };

type Outcome = { status: number; ms: number };
type Work = "read" | "change";

/** Lets the other person work at their own pace, whether answers come or not. */
async function work(forMs: number) {
  const outcomes: Record<Work, Outcome[]> = { read: [], change: [] };
  const one = async (kind: Work, index: number) => {
    const began = performance.now();
    const [method, body] =
      kind === "read" ? (["GET"] as const) : (["PATCH", { name: `Bob ${index}` }] as const);
    const { status } = await call(service.url, method, "/me", body, headers);
    outcomes[kind].push({ status, ms: performance.now() - began });
  };
  const repeat = async (kind: Work) => {
    const began = performance.now();
    const running: Promise<void>[] = [];
    for (let index = 0; index * everyMs[kind] < forMs; index += 1) {
      const due = began + index * everyMs[kind];
      if (due > performance.now()) await sleep(due - performance.now());
      running.push(one(kind, index));
    }
    await Promise.all(running);
  };
  await Promise.all([repeat("read"), repeat("change")]);
  return { read: summary(outcomes.read), change: summary(outcomes.change) };
}

function summary(outcomes: readonly Outcome[]) {
  const sorted = outcomes.map(({ ms }) => ms).toSorted((one, other) => one - other);
  const at = (share: number) => Math.round((sorted[Math.ceil(sorted.length * share) - 1] ?? 0) * 10) / 10;
  return {
    calls: outcomes.length,
    failed: outcomes.filter(({ status }) => status !== 200).length,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  };
}

/** Counts what reaches Logto in each second. @returns ends it: the mean of a second, and the most of ten. */
function countCalls() {
  tenant.requests.clear();
  const counts = [0];
  const timer = setInterval(() => counts.push(tenant.requests.all().length), 1_000);
  return () => {
    clearInterval(timer);
    const perSecond = (counts.at(-1) ?? 0) / (counts.length - 1);
    const ofTen = counts.map((count, index) => count - (counts[index - 10] ?? 0));
    return { callsASecond: Math.round(perSecond * 10) / 10, mostInTenSeconds: Math.max(...ofTen) };
  };
}

/** What the database keeps for the hostile person. */
function stored() {
  const reader = new Sqlite(path, { readonly: true });
  const query =
    "select count(*) as answers, coalesce(sum(bytes), 0) as bytes from idempotency where user_id = ?";
  const kept = reader.prepare<[string], { answers: number; bytes: number }>(query).get(userId("alice"));
  const fileBytes = Number(
    reader.prepare("select page_count * page_size from pragma_page_count, pragma_page_size").pluck().get(),
  );
  reader.close();
  return { ...kept, fileBytes };
}

const userId = (username: string) =>
  tenant.description.users.find((user) => user.username === username)?.id ?? "";

/** The processor time that the service has used; in seconds. Linux counts it in hundredths. */
async function processorSeconds() {
  const [user = 0, system = 0] =
    (await readFile(`/proc/${service.pid}/stat`, "utf8"))
      .split(") ")[1]
      ?.split(" ")
      .slice(11, 13)
      .map(Number) ?? [];
  return (user + system) / 100;
}

/** The other person for a while, alone or beside the hostile client. */
async function measure(way?: string) {
  const program = fileURLToPath(new URL("full-speed.ts", import.meta.url));
  const counted = countCalls();
  const usedBefore = await processorSeconds();
  const client =
    way === undefined
      ? undefined
      : spawn(process.execPath, [program, way, service.url, hostile, String(seconds)], {
          stdio: ["ignore", "pipe", "inherit"],
        });
  const printed = client ? text(client.stdout) : Promise.resolve("{}");
  const others = await work(seconds * 1000);
  const used = (await processorSeconds()) - usedBefore;
  const hostileStatuses: unknown = JSON.parse(await printed);
  return {
    ...others,
    logto: counted(),
    processor: Math.round((used / seconds) * 100) / 100,
    hostileStatuses,
    stored: stored(),
    load: loadavg()[0],
  };
}

const print = (line: object) => void process.stdout.write(`${JSON.stringify(line)}\n`);
let kept = true;
await work(3_000);
for (const way of givenWays.length > 0 ? givenWays : everyWay) {
  const alone = await measure();
  const beside = await measure(way);
  print({ way, seconds, alone, beside });
  const ratio = (kind: Work) => beside[kind].p99Ms / alone[kind].p99Ms;
  print({ way, p99TimesAsLong: { read: ratio("read"), change: ratio("change") } });
  kept &&= ratio("read") <= 2 && ratio("change") <= 2 && beside.read.failed + beside.change.failed === 0;
  kept &&= beside.logto.mostInTenSeconds <= budget.calls;
  await sleep(budget.ms);
}
await service.stop();
await tenant.close();
await rm(folder, { recursive: true });
process.exitCode = kept ? 0 : 1;
