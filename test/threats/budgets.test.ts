/** One signed-in client at full speed: it stops itself, and nobody else. */
import { afterEach, describe, expect, test } from "vitest";
import { useService } from "../support/fixtures.ts";
import { eventually } from "../support/instances.ts";
import { tally, times } from "../support/people.ts";
import type { Call } from "../support/service.ts";

const callsPer10s = 40;
const service = useService({ environment: { LOGTO_CALLS_PER_10S: String(callsPer10s) } });
const check = (username: string) =>
  service.as(username)("POST", "/me/password/check", { password: "Rainy-Harbour-27" });
const checkPath = /check-password$/;

afterEach(() => {
  service.tenant.faults.clear();
  service.platform.advance(60_000);
});

describe("the calls of a person", () => {
  // Of another type than JSON, so that each is refused as soon as it counted.
  const hurry = (username: string) =>
    service.as(username)("PATCH", "/me", "x", { "content-type": "text/plain" });

  test("are refused beyond what a page could need, and those of others are not", async () => {
    const answers = await times(400, () => hurry("alice"));
    const refused = answers.filter(({ status }) => status === 429);
    expect(tally(answers)[415]).toBeGreaterThanOrEqual(120);
    expect(refused.length).toBeGreaterThan(0);
    for (const { body, headers } of refused) {
      expect(body.code).toBe("too_many_requests");
      expect(Number(headers.get("retry-after"))).toBe(1);
    }
    expect((await service.as("alice")("GET", "/me/schema")).status).not.toBe(500);
    expect(tally(await times(50, () => hurry("bob")))).toEqual({ 415: 50 });
  });

  test("count by person, whichever client makes them", async () => {
    const clients = ["spa-client", "other-client"].map((clientId) => service.as("alice", { clientId }));
    const send = (call: Call) =>
      times(200, () => call("PATCH", "/me", "x", { "content-type": "text/plain" }));
    const answers = await Promise.all(clients.map(send));
    for (const ofClient of answers) expect(tally(ofClient)[429]).toBeGreaterThan(0);
  });

  test("are served again after a while", async () => {
    await times(400, () => hurry("alice"));
    service.platform.advance(10_000);
    expect((await service.as("alice")("GET", "/me")).status).toBe(200);
  });
});

describe("the calls to Logto", () => {
  test("stay within the budget, and a person who takes more than their share leaves enough to others", async () => {
    service.tenant.requests.clear();
    const startedAt = service.platform.monotonic();
    const checks = await times(60, () => check("alice"));
    const { 200: checked = 0, 503: refused = 0 } = tally(checks);
    expect(checked + refused).toBe(60);
    expect(checked).toBeGreaterThan(0);
    for (const { body, headers } of checks.filter(({ status }) => status === 503)) {
      expect(body.code).toBe("upstream_unavailable");
      expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    }
    expect((await service.as("bob")("GET", "/me")).status).toBe(200);
    expect((await service.as("bob")("PATCH", "/me", { name: "Bob" })).status).toBe(200);
    expect((await check("carol")).status).toBe(200);
    const windows = Math.ceil((service.platform.monotonic() - startedAt) / 10_000);
    expect(service.tenant.requests.all().length).toBeLessThanOrEqual(windows * callsPer10s);
  });

  test("of a change that finds no share left are not made, and nothing is left behind", async () => {
    const gate = Promise.withResolvers<void>();
    service.tenant.faults.add({ match: { path: checkPath }, gate: gate.promise });
    const answered: number[] = [];
    const checks = Array.from({ length: 60 }, async () => answered.push((await check("alice")).status));
    await eventually(() => answered.includes(503));
    service.tenant.requests.clear();
    const refused = await service.as("alice")("PATCH", "/me", { name: "Late" });
    expect(refused).toMatchObject({ status: 503, body: { code: "upstream_unavailable" } });
    expect(service.tenant.requests.count("PATCH", /users/)).toBe(0);
    expect(await service.database.kysely.selectFrom("journal").selectAll().execute()).toEqual([]);
    gate.resolve();
    await Promise.all(checks);
    service.platform.advance(11_000);
    expect((await service.as("alice")("PATCH", "/me", { name: "Later" })).status).toBe(200);
  });

  test("for passwords that one person has checked take no slot from another's", async () => {
    const gate = Promise.withResolvers<void>();
    service.tenant.faults.add({ match: { path: checkPath }, gate: gate.promise });
    service.tenant.requests.clear();
    const alices = times(40, () => check("alice"));
    await eventually(() => service.tenant.requests.count("POST", checkPath) === 2);
    const others = [check("bob"), check("carol")];
    await eventually(() => service.tenant.requests.count("POST", checkPath) === 4);
    gate.resolve();
    for (const { status } of await Promise.all(others)) expect(status).toBe(200);
    await alices;
  });
});

describe("the answers that are kept for a person's keys", () => {
  const keyed = (username: string, body: unknown) =>
    service.as(username)("PATCH", "/me", body, { "idempotency-key": crypto.randomUUID() });
  const rowsOf = (username: string) =>
    service.database.kysely
      .selectFrom("idempotency")
      .select(["key_hash", "sealed", "bytes"])
      .where("user_id", "=", service.userId(username))
      .execute();

  test("are a thousand, the newest ones", async () => {
    const userId = service.userId("alice");
    const row = (index: number, owner: string) => ({
      user_id: owner,
      key_hash: `key-${index}`,
      request_hash: "body",
      token: "run",
      state: "done" as const,
      status: 200,
      sealed: "x",
      bytes: 1,
      lock_expires_at: 0,
      expires_at: service.platform.now() + index,
    });
    const rows = (owner: string) => Array.from({ length: 1_010 }, (_, index) => row(index, owner));
    await service.database.batch(
      [...rows(userId), ...rows("somebody")].map((values) =>
        service.database.kysely.insertInto("idempotency").values(values),
      ),
    );
    expect((await keyed("alice", { name: 5 })).status).toBe(422);
    await service.platform.idle();
    const kept = (await rowsOf("alice")).map(({ key_hash }) => key_hash);
    expect(kept).toHaveLength(1_000);
    expect(kept).not.toContain("key-10");
    expect(kept).toContain("key-11");
  });

  test("take little where they are refusals: what the refusal was made from", async () => {
    const refused = await keyed("bob", { name: 5 });
    expect(refused.status).toBe(422);
    const [row] = await rowsOf("bob");
    expect(row?.sealed?.length).toBe(row?.bytes);
    expect(row?.bytes).toBeLessThan(refused.text.length * 1.5);
  });
});
