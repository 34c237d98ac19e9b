import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Sqlite from "better-sqlite3";
import { beforeAll, expect, test } from "vitest";
import { useInstance, useService } from "../support/fixtures.ts";
import { startProcess } from "../support/processes.ts";
import type { Call } from "../support/service.ts";

const service = useService();
/** Another instance, with a tenth of production's time-out for a lock. */
const hasty = useInstance(service, { database: { sqlite: { lockTimeoutMs: 500 } } });
const alice: Call = (...request) => service.as("alice")(...request);
beforeAll(async () => {
  await alice("PATCH", "/me/business", { ethnicity: "stored" });
});

/** Another program with the database's write lock. */
function lock() {
  const program = new Sqlite(join(service.folder, "profile.db"));
  program.exec("begin immediate");
  return () => {
    program.exec("rollback");
    program.close();
  };
}

test("a change waits for a database that is locked for three seconds, while reads go on", async () => {
  const unlock = lock();
  let answered = false;
  const changed = alice("PATCH", "/me/business", { ethnicity: "waited" }).finally(() => {
    answered = true;
  });
  await sleep(1_500);
  expect((await alice("GET", "/me/business")).body.ethnicity).toBe("stored");
  await sleep(1_500);
  expect(answered).toBe(false);
  unlock();
  expect(await changed).toMatchObject({ status: 200, body: { ethnicity: "waited" } });
});

test("a change is refused where the lock stays, and nothing of it is done", async () => {
  const there = service.as("alice", { url: hasty.url });
  await there("GET", "/me");
  const unlock = lock();
  service.tenant.requests.clear();
  const { status, body, headers } = await there("PATCH", "/me", { name: "x", business: { ethnicity: "x" } });
  expect({ status, code: body.code }).toEqual({ status: 503, code: "storage_unavailable" });
  expect(headers.get("retry-after")).toMatch(/^\d+$/);
  expect(service.tenant.requests.count("PATCH", /./)).toBe(0);
  // An attempt on a password that cannot be counted is not made.
  const verified = await there("POST", "/me/password/verify", { password: "alice-password-1" });
  expect(verified).toMatchObject({ status: 503, body: { code: "storage_unavailable" } });
  expect(service.tenant.requests.count("POST", /verify/)).toBe(0);
  unlock();
  expect((await there("PATCH", "/me/business", { ethnicity: "again" })).status).toBe(200);
});

/** Linux can limit the file size of another process; at the limit a write fails as on a full disk. */
test("on a full disk changes are refused and reads work; with space again so do changes", async () => {
  const token = await service.token("alice");
  const instance = await startProcess(service.environment);
  const there = service.as("alice", { url: instance.url, token });
  const limit = (bytes: string) =>
    execFileSync("prlimit", ["--pid", String(instance.pid), `--fsize=${bytes}:unlimited`]);
  expect((await there("PATCH", "/me/business", { ethnicity: "before" })).status).toBe(200);
  limit("1");
  service.tenant.requests.clear();
  const { status, body } = await there("PATCH", "/me", { name: "full", business: { ethnicity: "full" } });
  expect({ status, code: body.code }).toEqual({ status: 503, code: "storage_unavailable" });
  expect(service.tenant.requests.count("PATCH", /./)).toBe(0);
  expect((await there("GET", "/me/business")).body.ethnicity).toBe("before");
  limit("unlimited");
  expect((await there("PATCH", "/me/business", { ethnicity: "after" })).body.ethnicity).toBe("after");
  await instance.stop();
});
