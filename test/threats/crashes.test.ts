import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { createRepositories } from "../../db/repositories.ts";
import type { Fault } from "../../dev/tenant/http/faults.ts";
import { useService } from "../support/fixtures.ts";
import { eventually, startInstance } from "../support/instances.ts";
import { manage } from "../support/manage.ts";
import { startProcess } from "../support/processes.ts";
import { type Call, stepUp } from "../support/service.ts";
import { signIn } from "../support/sign-in.ts";

vi.setConfig({ testTimeout: 60_000 });

const service = useService();
const tokens = new Map<string, string>();
beforeAll(async () => {
  for (const { username } of service.tenant.description.users) {
    tokens.set(username, await service.token(username));
  }
});
beforeEach(() => service.tenant.requests.clear());
afterEach(() => service.tenant.faults.clear());

/** Processes use the machine's clock. The service's is ahead of it, so tokens for them are signed at the start. */
const asByMachineTime = (username: string, url: string) =>
  service.as(username, { url, token: tokens.get(username) ?? "" });

const oneUser = /^\/api\/users\/\w+$/;
const pending = (username: string) =>
  createRepositories(service.database).journal.forUser(service.userId(username), Number.MAX_SAFE_INTEGER);
const fresh = { "cache-control": "no-cache" };

/** Lets a process of its own carry out a change until the tenant sees a call, and kills it there. */
async function killDuring(username: string, change: Parameters<Call>, fault: Fault) {
  const { requests, faults } = service.tenant;
  const { method = "GET", path } = fault.match;
  const process = await startProcess(service.environment);
  requests.clear();
  faults.add(fault);
  const answer = asByMachineTime(username, process.url)(...change).catch(() => "none");
  try {
    await eventually(() => requests.count(method, path) > 0, { seconds: 20 });
    // Logto sees the call a moment before it has done the work.
    await new Promise((resolve) => setTimeout(resolve, 100));
  } finally {
    await process.kill();
    faults.clear();
  }
  expect(await answer).toBe("none");
}

/** Starts the service again after the killed writer's lock has expired: 31 s by the machine's clock. */
async function recovery(username: string) {
  service.platform.catchUp();
  service.platform.advance(31_000);
  const instance = await startInstance(service);
  // On a busy machine the first run may find Logto too slow; the next comes 15 seconds later.
  await eventually(async () => (await pending(username)).length === 0, { seconds: 30 });
  await instance.close();
}

test.each([
  ["after Logto wrote", true],
  ["before Logto wrote", false],
])(
  "a change of both stores whose process is killed %s is there whole or not at all",
  async (_when, after) => {
    const alice = service.as("alice");
    await alice("PATCH", "/me", { name: "before", business: { ethnicity: "before" } });
    const change = { name: "after", business: { ethnicity: "after" } };
    const fault: Fault = { match: { method: "PATCH", path: oneUser }, action: "hang", after };
    await killDuring("alice", ["PATCH", "/me", change], fault);
    expect(await pending("alice")).toHaveLength(1);
    await recovery("alice");
    const { body } = await alice("GET", "/me", undefined, fresh);
    const expected = after ? "after" : "before";
    expect([body.name, body.business.ethnicity]).toEqual([expected, expected]);
    const { items } = (await alice("GET", "/me/activity")).body;
    expect(items.filter((item: { event: string }) => item.event === "profile.updated")).toHaveLength(
      after ? 2 : 3,
    );
  },
);

test("a password change that was killed before it ended the old sessions is completed", async () => {
  const session = await signIn(service.tenant, "bob", "bob-password-1");
  expect(await session.refresh()).toBe(200);
  const proof = await stepUp(service, "bob");
  const fault: Fault = { match: { method: "GET", path: /\/sessions$/ }, action: "hang" };
  await killDuring("bob", ["PATCH", "/me/password", { password: "vivid-Maple-orbit-83" }, proof], fault);
  await recovery("bob");
  expect(await session.refresh()).toBe(400);
  const { items } = (await service.as("bob")("GET", "/me/activity")).body;
  expect(items.filter((item: { event: string }) => item.event === "password.changed")).toHaveLength(1);
  expect((await service.as("bob")("PATCH", "/me", { primaryPhone: null }, proof)).status).toBe(403);
});

test("a change of somebody who is deleted before it is settled is dropped", async () => {
  const fault: Fault = { match: { method: "PATCH", path: oneUser }, action: "hang", after: true };
  await killDuring("carol", ["PATCH", "/me", { name: "x", business: { gender: "x" } }], fault);
  await manage(service.tenant, "DELETE", `/api/users/${service.userId("carol")}`);
  await recovery("carol");
  expect(await createRepositories(service.database).vaults.find(service.userId("carol"))).toBeUndefined();
});

test("limits hold across a restart", async () => {
  const check = (url: string, password: string) =>
    asByMachineTime("dave", url)("POST", "/me/password/verify", { password });
  const first = await startProcess(service.environment);
  for (let tries = 0; tries < 5; tries += 1) expect((await check(first.url, "wrong")).status).toBe(422);
  await first.kill();
  const second = await startProcess(service.environment);
  service.tenant.requests.clear();
  const refused = await check(second.url, "wrong");
  expect(refused).toMatchObject({ status: 429, body: { code: "too_many_attempts" } });
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(800);
  expect(service.tenant.requests.count("POST", /verify/)).toBe(0);
  await second.stop();
});
