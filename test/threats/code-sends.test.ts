/** Messages cost money and patience, and an answer must not tell whether somebody owns an address. */
import { beforeAll, describe, expect, test } from "vitest";
import { useService } from "../support/fixtures.ts";
import { lastActivity, useFreshDays } from "../support/people.ts";
import { type Answer, sendCode, stepUp } from "../support/service.ts";

const minute = 60_000;
const hour = 60 * minute;
const own = { email: "alice@example.test" };

const service = useService({ environment: { TRUSTED_PROXIES: "127.0.0.1/32" } });
beforeAll(() => {
  service.tenant.settings.codeSends = 1000;
});
useFreshDays(service);

type Address = { email: string } | { phone: string };
const send = (username: string, address: Address, headers: Record<string, string> = {}) =>
  service.as(username)("POST", "/me/verification-codes", address, headers);
const sends = () => service.tenant.requests.count("POST", /^\/api\/verification-codes$/);
const from = (address: string) => ({ "x-forwarded-for": address });

function expectLimit({ status, body, headers }: Answer, waitMs: number) {
  expect({ status, code: body.code }).toEqual({ status: 429, code: "too_many_requests" });
  expect(Math.abs(Number(headers.get("retry-after")) - waitMs / 1000)).toBeLessThanOrEqual(2);
}

describe("spellings of one address share one limit", () => {
  test.each<[string, Address, Address]>([
    ["an e-mail address in any case", own, { email: "ALICE@Example.TEST" }],
    ["a phone number with a plus", { phone: "12025550111" }, { phone: "+12025550111" }],
    ["a phone number as people write it", { phone: "12025550111" }, { phone: "+1 (202) 555-0111" }],
  ])("%s", async (_what, one, other) => {
    expect((await send("alice", one)).status).toBe(202);
    expectLimit(await send("alice", other), minute);
    expect(sends()).toBe(1);
    service.platform.advance(minute);
    const { status, body } = await send("alice", other);
    expect({ status, sentTo: body.sentTo }).toEqual({ status: 202, sentTo: Object.values(one)[0] });
    expect(service.tenant.requests.matching("POST", /codes$/).map(({ body }) => body)).toEqual([one, one]);
  });
});

describe("the limits on codes", () => {
  test("allow one code at a time for an address, also for twenty parallel requests", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => send("alice", own)));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    expect(sends()).toBe(1);
  });

  test("allow five codes an hour and ten a day for a person", async () => {
    // To two addresses in turn: each of them has limits, too.
    const next = (sent: number) => send("alice", sent % 2 === 0 ? own : { phone: "12025550111" });
    for (let sent = 0; sent < 10; sent += 1) {
      if (sent === 5) {
        expectLimit(await next(sent), hour - 5 * minute);
        service.platform.advance(hour);
      }
      expect((await next(sent)).status).toBe(202);
      service.platform.advance(minute);
    }
    service.platform.advance(hour);
    expect((await next(0)).status).toBe(429);
    expect(sends()).toBe(10);
    service.platform.advance(24 * hour);
    expect((await send("alice", own)).status).toBe(202);
  });

  test("allow five codes an hour for an address, whoever asks", async () => {
    const target = { email: "target@example.test" };
    for (const username of ["alice", "bob", "carol", "alice", "bob"]) {
      expect((await send(username, target, await stepUp(service, username))).status).toBe(202);
      service.platform.advance(minute);
    }
    expectLimit(await send("carol", target, await stepUp(service, "carol")), hour - 5 * minute);
    expect(sends()).toBe(5);
  });

  test("allow ten codes an hour for a client address, whatever else changes", async () => {
    for (let sent = 0; sent < 10; sent += 1) {
      const username = ["alice", "bob", "carol"][sent % 3] ?? "";
      const address = { email: `${username}@example.test` };
      expect((await send(username, address, from("203.0.113.9"))).status).toBe(202);
      service.platform.advance(minute);
    }
    const dave = { email: "dave@example.test" };
    expectLimit(await send("dave", dave, from("203.0.113.9")), hour - 10 * minute);
    expect((await send("dave", dave, from("203.0.113.10"))).status).toBe(202);
  });

  test("do not count a request that Logto surely never received", async () => {
    await service.as("alice")("GET", "/me");
    await service.tenant.pause();
    expect((await send("alice", own)).status).toBe(503);
    await service.tenant.resume();
    const { status, body } = await send("alice", own);
    expect(status).toBe(202);
    expect(Date.parse(body.expiresAt) - service.platform.now()).toBe(10 * minute);
    expect(Date.parse(body.resendAfter) - service.platform.now()).toBe(minute);
  });

  test("count a request that Logto may have carried out", async () => {
    service.tenant.faults.add({ match: { path: /codes$/, times: 1 }, after: true, action: "reset" });
    expect((await send("alice", own)).status).toBe(503);
    expectLimit(await send("alice", own), minute);
  });
});

describe("an address that somebody else has", () => {
  test("answers like any other until its code is proven, and is refused only then", async () => {
    const record = await stepUp(service, "alice");
    // The first new address of all makes the service read the tenant's rules, whoever has it.
    await send("alice", { email: "first@example.test" }, record);
    const shapes: unknown[] = [];
    for (const email of ["bob@example.test", "unused@example.test"]) {
      service.tenant.requests.clear();
      const { status, body } = await send("alice", { email }, record);
      const upstream = service.tenant.requests.all().map(({ method, path }) => `${method} ${path}`);
      shapes.push({ status, body: { ...body, sentTo: "", expiresAt: "", resendAfter: "" }, upstream });
    }
    expect(shapes[0]).toEqual(shapes[1]);
    expect(shapes[0]).toMatchObject({
      status: 202,
      upstream: [`GET /api/users/${service.userId("alice")}`, "POST /api/verification-codes"],
    });
    expect(await lastActivity(service, "alice")).toEqual({
      event: "code.sent",
      detail: { to: "email", purpose: "identifier" },
    });

    const taken = { primaryEmail: "bob@example.test" };
    const unproven = await service.as("alice")("PATCH", "/me", taken, record);
    expect({ status: unproven.status, code: unproven.body.code }).toEqual({
      status: 422,
      code: "identifier_unproven",
    });
    await verified("bob@example.test", service.tenant.messages("bob@example.test")?.code ?? "");
    const proven = await service.as("alice")("PATCH", "/me", taken, record);
    expect({ status: proven.status, code: proven.body.code }).toEqual({
      status: 409,
      code: "identifier_taken",
    });
    expect(service.tenant.state.users.get(service.userId("alice")).primaryEmail).toBe(own.email);
  });

  test("costs the same work to prove whether or not it is taken", async () => {
    const record = await stepUp(service, "carol");
    const answers: unknown[] = [];
    for (const email of ["bob@example.test", "unused@example.test"]) {
      const code = await sendCode(service, "carol", { email }, record);
      service.tenant.requests.clear();
      const { proven } = await verified(email, code, "carol");
      answers.push({ proven, upstream: service.tenant.requests.all().map(({ path }) => path) });
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]).toEqual({ proven: true, upstream: ["/api/verification-codes/verify"] });
  });

  async function verified(email: string, verificationCode: string, username = "alice") {
    const path = "/me/verification-codes/verify";
    const { status, body } = await service.as(username)("POST", path, { email, verificationCode });
    expect(status).toBe(200);
    return body;
  }
});
