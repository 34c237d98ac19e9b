import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createRepositories } from "../../db/repositories.ts";
import type { Fault } from "../../dev/tenant/http/faults.ts";
import { useInstance, useService, useShared } from "../support/fixtures.ts";
import { eventually, startInstance } from "../support/instances.ts";
import { manage } from "../support/manage.ts";
import { type Call, sendCode, stepUp } from "../support/service.ts";

const service = useService();
const other = useInstance(service);
const stores = useShared(() => createRepositories(service.database));
const alice = service.as("alice");
const aliceElsewhere: Call = (...request) => service.as("alice", { url: other.url })(...request);
beforeEach(() => service.tenant.requests.clear());
afterEach(() => {
  vi.restoreAllMocks();
  service.tenant.faults.clear();
});

const user = (username: string) => service.tenant.state.users.get(service.userId(username));
const pending = async (username = "alice") =>
  stores.journal.forUser(service.userId(username), Number.MAX_SAFE_INTEGER);
const isWrite = { method: "PATCH", path: /^\/api\/users\/\w+$/ };
const writes = () => service.tenant.requests.count("PATCH", isWrite.path);
const fresh = { "cache-control": "no-cache" };
/** What both stores show of a change that touches both. */
const both = async (call: Call) => {
  const { body } = await call("GET", "/me", undefined, fresh);
  return [body.name, body.business.ethnicity];
};
const change = (value: string) => ({ name: value, business: { ethnicity: value } });
/** Long enough for the lock of a dead writer to expire. */
const letLockExpire = () => service.platform.advance(31_000);
/** Waits for the lock never end while the machine's clock stands still. */
const letWaitsLast = () => vi.spyOn(performance, "now").mockReturnValue(performance.now());
/** Waits for the lock end at once when the machine's clock jumps. */
const letWaitsEnd = () => {
  const now = performance.now.bind(performance);
  vi.spyOn(performance, "now").mockImplementation(() => now() + 10_000);
};
/** Another start of the service, whose recovery settles what is left. */
async function recovered(username = "alice") {
  const instance = await startInstance(service);
  await eventually(async () => (await pending(username)).length === 0);
  await instance.close();
}

describe("concurrent changes", () => {
  test("with one entity tag, on two instances: one is applied and one is refused", async () => {
    const tag = (await alice("GET", "/me", undefined, fresh)).headers.get("etag") ?? "";
    const answers = await Promise.all([
      alice("PATCH", "/me", { name: "One" }, { "if-match": tag }),
      aliceElsewhere("PATCH", "/me", { name: "Two" }, { "if-match": tag }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
    expect(writes()).toBe(1);
  });

  test("to disjoint fields, a hundred on two instances: all are kept", async () => {
    letWaitsLast();
    const names = Array.from({ length: 100 }, (_, index) => `k${index}`);
    const answers = await Promise.all(
      names.map((name, index) =>
        (index % 2 ? alice : aliceElsewhere)("PATCH", "/me", {
          customData: { preferences: { [name]: index } },
        }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(names.map(() => 200));
    const { body } = await alice("GET", "/me/custom-data", undefined, fresh);
    expect(body.preferences).toEqual(Object.fromEntries(names.map((name, index) => [name, index])));
  }, 60_000);

  test("by a writer that lost its lock meanwhile are made nowhere", async () => {
    await alice("PATCH", "/me", change("before"));
    let goOn = () => {};
    const gate = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    service.tenant.requests.clear();
    service.tenant.faults.add({ match: { method: "GET", path: isWrite.path, times: 1 }, gate });
    const slow = alice("PATCH", "/me", change("slow"));
    await eventually(() => service.tenant.requests.count("GET", isWrite.path) > 0);
    letLockExpire();
    expect((await aliceElsewhere("PATCH", "/me", change("quick"))).status).toBe(200);
    goOn();
    expect(await slow).toMatchObject({ status: 503, body: { code: "storage_unavailable" } });
    expect(writes()).toBe(1);
    expect(await both(alice)).toEqual(["quick", "quick"]);
  });
});

describe("a refusal by Logto", () => {
  test("leaves both stores, the journal and the step-up record as they were", async () => {
    await alice("PATCH", "/me", change("before"));
    const { status, body } = await alice("PATCH", "/me", { ...change("after"), username: "bob" });
    expect({ status, code: body.code }).toEqual({ status: 409, code: "identifier_taken" });
    expect(await both(alice)).toEqual(["before", "before"]);
    expect(await pending()).toEqual([]);
  });
});

describe("an outcome that Logto does not tell", () => {
  const unknown: [string, Partial<Fault>, boolean][] = [
    ["a lost answer to a write", { action: "reset", after: true }, true],
    ["a connection cut before the write", { action: "reset" }, false],
    ["a server error", { status: 500, body: "down" }, false],
    ["an answer nobody understands", { status: 200, body: "<html>", after: true }, true],
  ];

  test.each(unknown)("%s is settled by the next change of the person", async (_what, fault, applied) => {
    await alice("PATCH", "/me", change("before"));
    service.tenant.faults.add({ match: { ...isWrite, times: 1 }, ...fault });
    const answer = await alice("PATCH", "/me", change("after"));
    expect(answer).toMatchObject({ status: 504, body: { code: "outcome_unknown" } });
    expect(await pending()).toHaveLength(1);
    letLockExpire();
    expect((await aliceElsewhere("PATCH", "/me/business", { gender: "x" })).status).toBe(200);
    expect(await both(alice)).toEqual(applied ? ["after", "after"] : ["before", "before"]);
    expect(await pending()).toEqual([]);
  });

  test("is not outrun by the next change, which waits and is then refused", async () => {
    service.tenant.faults.add({ match: { ...isWrite, times: 1 }, action: "reset", after: true });
    await alice("PATCH", "/me", change("unsure"));
    let answered = 0;
    const next = [1, 2, 3].map(() =>
      alice("PATCH", "/me", change("next")).finally(() => {
        answered += 1;
      }),
    );
    for (let reads = 0; reads < 10; reads += 1) await both(alice);
    expect(answered).toBe(0);
    letWaitsEnd();
    const refused = await Promise.all(next);
    expect(writes()).toBe(1);
    expect(refused.map(({ status, body }) => [status, body.code])).toEqual(
      Array(3).fill([503, "storage_unavailable"]),
    );
    letLockExpire();
    await recovered();
    expect(await both(alice)).toEqual(["unsure", "unsure"]);
  });

  test("is judged by the fields that changed, whatever an administrator did since", async () => {
    await alice("PATCH", "/me", { name: "before", customData: { newsletter: false } });
    service.tenant.faults.add({ match: { ...isWrite, times: 1 }, action: "reset", after: true });
    const patch = { customData: { newsletter: true }, business: { ethnicity: "with newsletter" } };
    expect((await alice("PATCH", "/me", patch)).status).toBe(504);
    const customData = { ...user("alice").customData, crm: { score: 7 } };
    await manage(service.tenant, "PATCH", `/api/users/${service.userId("alice")}`, { customData });
    letLockExpire();
    await recovered();
    expect((await alice("GET", "/me/business")).body.ethnicity).toBe("with newsletter");
  });

  test("of a new address gives the step-up record back where nothing was written, and uses it up where it was", async () => {
    for (const [after, left] of [
      [true, 403],
      [false, 200],
    ] as const) {
      service.platform.advance(3_600_000);
      const record = await stepUp(service, "bob");
      const email = `bob-${after}@example.test`;
      const verificationCode = await sendCode(service, "bob", { email }, record);
      await service.as("bob")("POST", "/me/verification-codes/verify", { email, verificationCode });
      service.tenant.faults.add({ match: { ...isWrite, times: 1 }, action: "reset", after });
      expect((await service.as("bob")("PATCH", "/me", { primaryEmail: email }, record)).status).toBe(504);
      letLockExpire();
      await recovered("bob");
      expect(user("bob").primaryEmail === email).toBe(after);
      const again = await service.as("bob")("PATCH", "/me", { primaryPhone: null }, record);
      expect(again.status).toBe(left);
    }
  });
});
