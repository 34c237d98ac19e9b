import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Tenant } from "../../src/runtime/dev/tenant/tenant.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import { type ServiceProcess, startProcess } from "../support/processes.ts";
import { apiResource, call, startTestTenant, tokensOf } from "../support/service.ts";

const stoppedMs = 3_000;
const connections = 12;

let folder: string;
let tenant: Tenant;
let postgres: PostgresServer;
let service: ServiceProcess;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "profile-bff-outage-"));
  [tenant, postgres] = await Promise.all([startTestTenant(), startPostgres(folder)]);
  const { endpoint, m2m } = tenant.description;
  service = await startProcess({
    LOGTO_ENDPOINT: endpoint,
    LOGTO_M2M_APP_ID: m2m.appId,
    LOGTO_M2M_APP_SECRET: m2m.appSecret,
    API_RESOURCE: apiResource,
    PORT: "0",
    DATABASE_URL: `${postgres.origin}/postgres`,
    ENCRYPTION_KEYS: `test:${randomBytes(32).toString("base64")}`,
  });
});
afterAll(async () => {
  await service.stop();
  await postgres.stop();
  await tenant.close();
  await rm(folder, { recursive: true, force: true });
});

type Seen = { at: number; status: number; code: string | undefined; retryAfter: string | null; ms: number };

/** Reads and writes as fast as they are answered, until it is told to stop. */
function load() {
  const seen: Seen[] = [];
  let stopped = false;
  const one = async (index: number) => {
    const name = ["alice", "bob", "carol", "dave"][index % 4] ?? "alice";
    const authorization = `Bearer ${await tokensOf(tenant, { now: () => Date.now() })(name)}`;
    for (let turn = index; !stopped; turn += 1) {
      const at = performance.now();
      const { status, body, headers } =
        turn % 3 === 0
          ? await call(service.url, "PATCH", "/me/business", { gender: `g${turn}` }, { authorization })
          : await call(service.url, "GET", "/me", undefined, { authorization });
      const ms = performance.now() - at;
      seen.push({ at, status, code: body.code, retryAfter: headers.get("retry-after"), ms });
      await sleep(10);
    }
  };
  const running = Promise.all(Array.from({ length: connections }, (_, index) => one(index)));
  return {
    seen,
    async stop() {
      stopped = true;
      await running;
    },
  };
}

test("answers 503 with Retry-After while PostgreSQL is stopped, and recovers without a restart", async () => {
  const { seen, stop } = load();
  await sleep(1_000);
  const stoppedAt = performance.now();
  await postgres.stop();
  await sleep(stoppedMs);
  await postgres.start();
  const startedAt = performance.now();
  await sleep(4_000);
  await stop();

  const failed = seen.filter(({ status }) => status !== 200);
  const refused = failed.filter(({ status }) => status === 503);
  expect(seen.filter(({ at }) => at < stoppedAt - 200).every(({ status }) => status === 200)).toBe(true);
  expect(refused.length).toBeGreaterThan(10);
  expect(
    refused.every(({ code, retryAfter }) => code === "storage_unavailable" && Number(retryAfter) >= 1),
  ).toBe(true);
  // A write whose commit was under way when the connection broke cannot know how it ended, and says so.
  const unknown = failed.filter(({ status }) => status !== 503);
  expect(unknown.every(({ status, code }) => status === 504 && code === "outcome_unknown")).toBe(true);
  expect(unknown.length).toBeLessThanOrEqual(connections);
  expect(Math.max(...failed.map(({ ms }) => ms))).toBeLessThan(2_500);
  expect(Math.max(...failed.map(({ at }) => at)) - startedAt).toBeLessThan(2_500);
}, 30_000);
