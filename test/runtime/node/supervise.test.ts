/** Several processes on one machine, as `npm start` runs them with `WEB_CONCURRENCY`. */
import { readFile } from "node:fs/promises";
import { beforeAll, expect, test, vi } from "vitest";
import { parseConfig } from "../../../src/config.ts";
import { useService } from "../../support/fixtures.ts";
import { freePort } from "../../support/free-port.ts";
import { eventually } from "../../support/instances.ts";
import { startProcess } from "../../support/processes.ts";
import { scrape } from "../../support/scrape.ts";

vi.setConfig({ testTimeout: 60_000 });

const service = useService();
let token = "";
beforeAll(async () => {
  token = await service.token("alice");
});

const environment = () => ({ ...service.environment, WEB_CONCURRENCY: "2" });
const childrenOf = async (pid: number): Promise<number[]> =>
  (await readFile(`/proc/${pid}/task/${pid}/children`, "utf8")).split(" ").filter(Boolean).map(Number);
const reads = (lines: readonly string[]) => lines.filter((line) => line.includes('"route":"/me"')).length;
const events = (lines: readonly string[], event: string) =>
  lines.filter((line) => line.includes(`"event":"${event}"`)).length;

test("two processes serve one address, one that is killed is replaced, and a stop ends all", async () => {
  const metricsPort = await freePort();
  const processes = await startProcess({ ...environment(), METRICS_PORT: `${metricsPort}` });
  const counted = async () => {
    const { value } = await scrape(`http://127.0.0.1:${metricsPort}/metrics`);
    return value('profile_bff_requests_total{method="GET",route="/me",status="200"}');
  };
  const read = async () => (await service.as("alice", { url: processes.url, token })("GET", "/me")).status;
  await eventually(() => events(processes.lines, "started") === 2, { seconds: 30 });
  const [first = 0] = await childrenOf(processes.pid);
  expect(await Promise.all(Array.from({ length: 20 }, read))).toEqual(Array(20).fill(200));

  // What a process has not written yet is lost with it.
  await eventually(() => reads(processes.lines) === 20);
  expect(await counted()).toBe(20);
  process.kill(first, "SIGKILL");
  await eventually(() => events(processes.lines, "started") === 3, { seconds: 30 });
  expect(events(processes.lines, "process.ended")).toBe(1);
  expect(await Promise.all(Array.from({ length: 20 }, read))).toEqual(Array(20).fill(200));

  expect(await counted()).toBe(40);

  const children = await childrenOf(processes.pid);
  expect(await processes.stop()).toBe(0);
  for (const pid of children) expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  expect(reads(processes.lines)).toBe(40);
  for (const line of processes.lines) expect(() => JSON.parse(line)).not.toThrow();
});

test("a configuration that cannot work is said once, and nothing keeps running", async () => {
  const broken = { ...environment(), DATABASE_URL: "file:/dev/null/profile.db" };
  await expect(startProcess(broken)).rejects.toThrow(/^the service ended before it listened:\n[^\n]*$/);
});

test("every process has its share of the calls to Logto", () => {
  expect(parseConfig({ ...environment(), LOGTO_CALLS_PER_10S: "200" }).logtoCallsPer10s).toBe(100);
});
