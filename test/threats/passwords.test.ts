/** Logto judges any number of passwords: the limit on guessing them is ours, and it holds whatever fails. */
import Sqlite from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { useInstance, useService } from "../support/fixtures.ts";
import { breakerPause, testTuning } from "../support/logto.ts";
import { comparable, tally, times, useFreshDays } from "../support/people.ts";
import { type Answer, startService, type TestService } from "../support/service.ts";

const minute = 60_000;

const service = useService({ environment: { TRUSTED_PROXIES: "127.0.0.1/32" } });
/** Another instance, with short time-outs for Logto and for its database. */
const hasty = useInstance(service, {
  tuning: { ...testTuning, totalMs: 1_000 },
  database: { sqlite: { lockTimeoutMs: 200 } },
});
useFreshDays(service);

const from = (address: string) => ({ "x-forwarded-for": address });
type Target = Pick<TestService, "as">;
const atHasty: Target = { as: (username) => service.as(username, { url: hasty.url }) };
const verify = (
  username: string,
  password: string,
  headers = {},
  target: Target = service,
): Promise<Answer> => target.as(username)("POST", "/me/password/verify", { password }, headers);
const wrong = (username: string, headers = {}, target?: Target) => verify(username, "wrong", headers, target);
const right = (username: string, headers = {}, target?: Target) =>
  verify(username, `${username}-password-1`, headers, target);
const upstream = () => service.tenant.requests.count("POST", /\/password\/verify$/);

function expectLock({ status, body, headers }: Answer, seconds: number) {
  expect({ status, code: body.code }).toEqual({ status: 429, code: "too_many_attempts" });
  expect(Math.abs(Number(headers.get("retry-after")) - seconds)).toBeLessThanOrEqual(2);
}

describe("five wrong passwords", () => {
  test("lock the account: the right password is refused too, without asking Logto", async () => {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      expect(await wrong("alice")).toMatchObject({ status: 422, body: { code: "password_incorrect" } });
    }
    expectLock(await wrong("alice"), 900);
    expectLock(await right("alice"), 900);
    expect(upstream()).toBe(5);
    expect((await right("bob")).status).toBe(200);
  });

  test("lock for 15, then 30, then 60 minutes", async () => {
    for (const minutes of [15, 30, 60, 60]) {
      for (let attempt = 0; attempt < 5; attempt += 1) expect((await wrong("alice")).status).toBe(422);
      expectLock(await right("alice"), minutes * 60);
      service.platform.advance(minutes * minute - 1000);
      expect((await right("alice")).status).toBe(429);
      service.platform.advance(1000);
    }
    expect((await right("alice")).status).toBe(200);
  });

  test("are counted within 15 minutes, even with right ones in between", async () => {
    for (let attempt = 0; attempt < 4; attempt += 1) await wrong("alice");
    service.platform.advance(15 * minute - 20_000);
    expect((await right("alice")).status).toBe(200);
    expect((await wrong("alice")).status).toBe(422);
    expectLock(await right("alice"), 900);
  });

  test("are forgotten after 15 minutes", async () => {
    for (let attempt = 0; attempt < 4; attempt += 1) await wrong("alice");
    service.platform.advance(15 * minute);
    for (let attempt = 0; attempt < 4; attempt += 1) expect((await wrong("alice")).status).toBe(422);
    expect((await right("alice")).status).toBe(200);
  });

  test("are the most that fifty parallel guesses can try", async () => {
    expect(tally(await times(50, () => wrong("alice")))).toEqual({ 422: 5, 429: 45 });
    expect(upstream()).toBe(5);
  });

  test("are answered alike whether or not the person has a password", async () => {
    const answers: unknown[][] = [];
    for (const username of ["alice", "dave"]) {
      const outcomes: unknown[] = [];
      for (let attempt = 0; attempt < 6; attempt += 1) outcomes.push(comparable(await wrong(username)));
      answers.push(outcomes);
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(upstream()).toBe(10);
  });
});

describe("thirty wrong passwords from one client address lock it", () => {
  const people = ["alice", "bob", "carol", "dave"];
  const storm = async (addressOf: (attempt: number) => string) => {
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 36; attempt += 1) {
      const { status } = await wrong(people[attempt % 4] ?? "", from(addressOf(attempt)));
      statuses.push(status);
      if (attempt % 16 === 15) await forgetPeople();
    }
    return statuses;
  };
  /** These tests are about the limits by client address: the others are opened. */
  const forgetPeople = () =>
    service.database.kysely.deleteFrom("limits").where("bucket", "like", "password:user:%").execute();
  const thirtyThenLocked = [...Array(30).fill(422), ...Array(6).fill(429)];

  test("for everybody who calls from it", async () => {
    expect(await storm(() => "203.0.113.7")).toEqual(thirtyThenLocked);
    await forgetPeople();
    expectLock(await right("alice", from("203.0.113.7")), 900);
    expect((await right("alice", from("203.0.113.8"))).status).toBe(200);
    service.platform.advance(15 * minute);
    expect((await right("alice", from("203.0.113.7"))).status).toBe(200);
  });

  test("for a whole /64 network, since an IPv6 host chooses its address there", async () => {
    expect(await storm((attempt) => `2001:db8:0:7:${attempt}::${attempt + 1}`)).toEqual(thirtyThenLocked);
    await forgetPeople();
    expect((await right("alice", from("2001:db8:0:8::1"))).status).toBe(200);
  });

  test("whatever hops the header names before the trusted proxy", async () => {
    expect(await storm((attempt) => `198.51.100.${attempt}, 203.0.113.7`)).toEqual(thirtyThenLocked);
  });

  test("whatever the header says where no proxy is trusted", async () => {
    const direct = await startService({ tenant: service.tenant });
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 32; attempt += 1) {
      if (attempt % 4 === 0)
        await direct.database.kysely.deleteFrom("limits").where("bucket", "like", "%:user:%").execute();
      statuses.push((await wrong("alice", from(`198.51.100.${attempt}`), direct)).status);
    }
    expect(statuses).toEqual([...Array(30).fill(422), ...Array(2).fill(429)]);
    await direct.close();
  });
});

describe("an outage", () => {
  test("does not count an attempt that Logto surely never received", async () => {
    await right("alice");
    await service.tenant.pause();
    for (let attempt = 0; attempt < 7; attempt += 1) expect((await right("alice")).status).toBe(503);
    await service.tenant.resume();
    await breakerPause();
    for (let attempt = 0; attempt < 4; attempt += 1) expect((await wrong("alice")).status).toBe(422);
    expect((await right("alice")).status).toBe(200);
  });

  test("counts an attempt that Logto may have judged", async () => {
    const lost = [
      { action: "reset" },
      { action: "reset", after: true },
      { status: 500, body: "oops" },
    ] as const;
    for (const fault of lost) {
      service.tenant.faults.add({ match: { path: /password\/verify$/, times: 1 }, ...fault });
      expect((await right("alice")).status).toBe(503);
    }
    for (let attempt = 0; attempt < 2; attempt += 1) expect((await wrong("alice")).status).toBe(422);
    expectLock(await right("alice"), 900);
  });

  test("counts an attempt that Logto does not answer", async () => {
    for (let attempt = 0; attempt < 4; attempt += 1) await wrong("alice");
    service.tenant.faults.add({ match: { path: /password\/verify$/, times: 1 }, action: "hang" });
    const answer = await right("alice", {}, atHasty);
    expect(answer).toMatchObject({ status: 504, body: { code: "upstream_timeout" } });
    expectLock(await right("alice"), 900);
  });

  test("of the database refuses every attempt, and Logto is not asked", async () => {
    const email = "alice@example.test";
    const there = atHasty.as("alice");
    await there("POST", "/me/verification-codes", { email });
    const code = service.tenant.messages(email)?.code;
    service.platform.advance(minute);
    service.tenant.requests.clear();
    const other = new Sqlite(service.environment.DATABASE_URL?.replace("file:", "") ?? "");
    other.exec("begin immediate");
    const answers = await Promise.all([
      right("alice", {}, atHasty),
      there("POST", "/me/verification-codes", { email }),
      there("POST", "/me/verification-codes/verify", { email, verificationCode: code }),
    ]);
    other.exec("rollback");
    other.close();
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual(
      answers.map(() => [503, "storage_unavailable"]),
    );
    expect(answers.map(({ headers }) => headers.get("retry-after"))).not.toContain(null);
    expect(service.tenant.requests.all().filter(({ method }) => method === "POST")).toEqual([]);
    expect((await right("alice", {}, atHasty)).status).toBe(200);
  });
});
