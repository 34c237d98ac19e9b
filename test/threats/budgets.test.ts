/** One signed-in client at full speed: it stops itself, and nobody else. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { createApp } from "../../src/app.ts";
import { createServices } from "../../src/compose.ts";
import { createCallLimit } from "../../src/http/budgets.ts";
import { useProcess, useService } from "../support/fixtures.ts";
import { eventually } from "../support/instances.ts";
import { tally, times } from "../support/people.ts";
import { scrape } from "../support/scrape.ts";
import { type Answer, call, tokensOf } from "../support/service.ts";

const callsPer10s = 40;
const service = useService({ environment: { LOGTO_CALLS_PER_10S: String(callsPer10s), METRICS_PORT: "0" } });
const check = (username: string) =>
  service.as(username)("POST", "/me/password/check", { password: "Rainy-Harbour-27" });
const checkPath = /check-password$/;

afterEach(() => {
  service.tenant.faults.clear();
  service.platform.advance(60_000);
});

describe("the calls of a person", () => {
  test("are all served to a page, and to a program that is in a hurry", async () => {
    const alice = service.as("alice", { token: await service.token("alice") });
    // Of another type than JSON, so that each is refused as soon as it has passed.
    const hurry = () => alice("PATCH", "/me", "x", { "content-type": "text/plain" });
    expect(tally(await times(200, hurry))).toEqual({ 415: 200 });
    expect(tally(await times(500, () => alice("GET", "/me")))).toEqual({ 200: 500 });
  });

  const bytes = (length: number) => ({ "content-length": String(length) });
  test.each<[string, RequestInit, number]>([
    ["a read", {}, 2_000],
    ["a read that asks for a fresh answer", { headers: { "cache-control": "no-cache" } }, 300],
    ["a change", { method: "PATCH", headers: bytes(8_191) }, 300],
    ["a change with a body of 64 KiB", { method: "PATCH", headers: bytes(65_535) }, 37],
    [
      "a change whose answer is kept",
      { method: "PATCH", headers: { "idempotency-key": "1", ...bytes(9) } },
      50,
    ],
  ])("of which so many may come at once: %s", (_which, init, expected) => {
    const limit = createCallLimit({ monotonic: () => 0 });
    const request = new Request("http://profile.example.test/me", init);
    let passed = 0;
    while (passed < 2_000 && limit("alice", request) === undefined) passed += 1;
    expect(passed).toBe(expected);
  });

  test("are refused after a second, so that a client that repeats them at once gains nothing", async () => {
    vi.useFakeTimers();
    const limit = createCallLimit({ monotonic: () => 0 });
    const ask = () => limit("alice", new Request("http://profile.example.test/me", { method: "PATCH" }));
    // More than may pass at once and more than may wait.
    for (let sent = 1; sent <= 1_400; sent += 1) ask()?.catch(() => {});
    let answered = false;
    const refused = expect(ask()?.finally(() => (answered = true))).rejects.toThrow(/too_many_requests/);
    await vi.advanceTimersByTimeAsync(999);
    expect(answered).toBe(false);
    await vi.advanceTimersByTimeAsync(10_000);
    await refused;
    vi.useRealTimers();
  });

  test("are slowed down beyond what a page could need, then refused; those of others are not", async () => {
    const services = await createServices(service.config, service.platform, service.database);
    const app = createApp({ ...services, platform: { ...services.platform, monotonic: () => 0 } });
    const requestOf = async (username: string, clientId: string) => {
      const authorization = `Bearer ${await service.token(username, { clientId })}`;
      const headers = { authorization, "content-type": "text/plain", "content-length": "1" };
      return () => app.request("/me", { method: "PATCH", body: "x", headers });
    };
    const clients = [await requestOf("alice", "spa-client"), await requestOf("alice", "other-client")];
    // Their tokens are known from now on.
    for (const ask of clients) await ask();
    const answered: number[] = [];
    const sent = times(1_398, async (index) => {
      const response = await clients[index % clients.length]?.();
      answered.push(response?.status ?? 0);
      return response;
    });
    await eventually(() => answered.length >= 298);
    expect((await (await requestOf("bob", "spa-client"))()).status).toBe(415);
    expect(answered.length).toBeLessThan(1_350);
    const refused = (await sent).filter((response) => response?.status === 429);
    // The wait of the last one is as long as the longest, but for the rounding of fractions.
    expect([50, 51]).toContain(refused.length);
    expect(answered.filter((status) => status === 415)).toHaveLength(1_398 - refused.length);
    expect(await refused[0]?.json()).toMatchObject({ code: "too_many_requests" });
    expect(refused[0]?.headers.get("retry-after")).toBe("1");
  }, 30_000);
});

describe("the calls to Logto", () => {
  test("stay within the budget, and a person who takes more than their share leaves enough to others", async () => {
    service.tenant.requests.clear();
    const startedAt = service.platform.monotonic();
    const checks = await times(60, () => check("alice"));
    const { 200: checked = 0, 503: refused = 0 } = tally(checks);
    expect(checked + refused).toBe(60);
    expect(checked).toBeGreaterThan(0);
    const { value } = await scrape(service.metricsUrl);
    expect(value('profile_bff_budgets_hit_total{budget="logto"}')).toBe(refused);
    expect(value('profile_bff_logto_not_sent_total{by="budget"}')).toBe(refused);
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
    const checks: Promise<number>[] = [];
    const checkOn = () => checks.push(check("alice").then(({ status }) => answered.push(status)));
    await eventually(() => checkOn() > 0 && answered.includes(503));
    service.tenant.requests.clear();
    let refused: Answer | undefined;
    const changing = service
      .as("alice")("PATCH", "/me", { name: "Late" })
      .then((answer) => {
        refused = answer;
      });
    // Whatever share comes free meanwhile is taken at once.
    await eventually(() => checkOn() > 0 && refused !== undefined);
    await changing;
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

describe("a hundred changes of one person at once, with nothing set", () => {
  const instance = useProcess(() => {
    const { LOGTO_CALLS_PER_10S: _most, ...environment } = service.environment;
    // A database of its own: on the other one the clock is moved.
    return { ...environment, DATABASE_URL: `file:${service.folder}/defaults.db` };
  });

  test("are all made, although they need more calls than the tenant allows in ten seconds", async () => {
    const authorization = `Bearer ${await tokensOf(service.tenant, Date)("dave")}`;
    const patch = (name: string) =>
      call(
        instance.url,
        "PATCH",
        "/me",
        { customData: { preferences: { [name]: true } } },
        { authorization },
      );
    service.tenant.requests.clear();
    const began = performance.now();
    const names = Array.from({ length: 100 }, (_, index) => `k${index}`);
    expect(tally(await Promise.all(names.map(patch)))).toEqual({ 200: 100 });
    const windows = Math.ceil((performance.now() - began) / 10_000);
    expect(service.tenant.requests.all().length).toBeLessThanOrEqual(windows * 200);
    const { body } = await call(instance.url, "GET", "/me/custom-data", undefined, { authorization });
    expect(Object.keys(body.preferences).sort()).toEqual(names.toSorted());
  }, 60_000);
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

  test("are at most a thousand, the newest ones", async () => {
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
    expect(kept).toHaveLength(900);
    expect(kept).not.toContain("key-110");
    expect(kept).toContain("key-111");
  });

  test("take little where they are refusals: what the refusal was made from", async () => {
    const refused = await keyed("bob", { name: 5 });
    expect(refused.status).toBe(422);
    const [row] = await rowsOf("bob");
    expect(row?.sealed?.length).toBe(row?.bytes);
    expect(row?.bytes).toBeLessThan(refused.text.length * 1.5);
  });
});
