import { beforeEach, expect, test } from "vitest";
import { createPostgresDatabase } from "../support/databases.ts";
import { useProcess, useShared, useTenant } from "../support/fixtures.ts";
import { retryWhileBusy, times } from "../support/people.ts";
import { call, environmentOf, tokensOf } from "../support/service.ts";

const tenant = useTenant();
const testDatabase = useShared(createPostgresDatabase, (created) => created.remove());
const database = useShared(() => testDatabase.open());
const environment = useShared(() => environmentOf(tenant, testDatabase.url));
const instances = [useProcess(() => environment), useProcess(() => environment)] as const;
beforeEach(() => tenant.requests.clear());

const tokens = (username: string) => tokensOf(tenant, Date)(username);
let turn = 0;

/** Calls the instances in turn, as a load balancer would, and again where one is too busy on this machine. */
const as = (username: string, method: string, path: string, body?: unknown, headers = {}) =>
  retryWhileBusy(async () => {
    turn += 1;
    const { url } = instances[turn % 2 === 0 ? 0 : 1];
    return call(url, method, path, body, { authorization: `Bearer ${await tokens(username)}`, ...headers });
  });
const writes = () => tenant.requests.count("PATCH", /^\/api\/users\/\w+$/);

test("let at most five of 200 parallel wrong passwords reach Logto", async () => {
  const guess = () => as("bob", "POST", "/me/password/verify", { password: "wrong-one" });
  const answers = await times(200, guess);
  const statuses = answers.map(({ status }) => status);
  const wrong = statuses.filter((status) => status === 422).length;
  expect(statuses.filter((status) => status === 429)).toHaveLength(200 - wrong);
  // A try counts, too, where the machine was too busy for its answer: then fewer than five are told.
  const reached = tenant.requests.count("POST", /\/password\/verify$/);
  expect(wrong).toBeGreaterThan(0);
  expect(wrong).toBeLessThanOrEqual(reached);
  expect(reached).toBeLessThanOrEqual(5);
});

test("share step-up records, and let one of parallel changes use one up", async () => {
  const { body } = await as("carol", "POST", "/me/password/verify", { password: "carol-password-1" });
  const proof = { "verification-id": body.verificationId };
  const reveals = await times(2, () =>
    as("carol", "POST", "/me/business/reveal", { fields: ["ssn"] }, proof),
  );
  expect(reveals.map(({ status }) => status)).toEqual([200, 200]);
  const changes = await times(10, () =>
    as("carol", "PATCH", "/me/password", { password: "Tall-cedar-41" }, proof),
  );
  expect(changes.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(changes.filter(({ status }) => status === 403)).toHaveLength(9);
});

test("verify each other's codes", async () => {
  const email = "dave@example.test";
  await as("dave", "POST", "/me/verification-codes", { email });
  const verificationCode = tenant.messages(email)?.code;
  const answers = await times(6, () =>
    as("dave", "POST", "/me/verification-codes/verify", { email, verificationCode }),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
});

test("have one effect and one answer for a request that reaches both", async () => {
  const key = { "idempotency-key": "both" };
  const answers = await times(6, () => as("alice", "PATCH", "/me", { name: "Both" }, key));
  expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
  expect(writes()).toBe(1);
});

test("keep all of 20 concurrent changes to disjoint fields of one person", async () => {
  const answers = await times(20, (index) =>
    as("alice", "PATCH", "/me", { customData: { preferences: { [`k${index}`]: index } } }),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
  const { body } = await as("alice", "GET", "/me/custom-data", undefined, { "cache-control": "no-cache" });
  expect(Object.keys(body.preferences)).toHaveLength(20);
});

test("finish a change whose writer was killed between Logto's answer and its commit", async () => {
  const [first, second] = instances;
  tenant.faults.add({
    match: { method: "PATCH", path: /^\/api\/users\/\w+$/, times: 1 },
    after: true,
    action: "hang",
  });
  const authorization = `Bearer ${await tokens("alice")}`;
  const change = { name: "Alice Killed", business: { gender: "female" } };
  const lost = call(first.url, "PATCH", "/me", change, { authorization }).catch(() => "lost");
  const named = () => tenant.state.users.get("devalice0000")?.name;
  await expect.poll(named, { timeout: 5_000 }).toBe("Alice Killed");
  await first.kill();
  expect(await lost).toBe("lost");
  // As if the writer's half minute had passed. Recovery runs every 15 seconds.
  await database.kysely.updateTable("leases").set({ expires_at: 0 }).execute();
  const gender = async () =>
    (await call(second.url, "GET", "/me/business", undefined, { authorization })).body.gender;
  await expect.poll(gender, { timeout: 20_000, interval: 250 }).toBe("female");
  expect(await database.kysely.selectFrom("journal").selectAll().execute()).toEqual([]);
}, 40_000);
