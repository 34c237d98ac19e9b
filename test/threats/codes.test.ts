/** Logto binds a code to an address and to nothing else: this service binds it to one person and one purpose, once. */
import { describe, expect, test } from "vitest";
import { useService } from "../support/fixtures.ts";
import { breakerPause } from "../support/logto.ts";
import { comparable, lastActivity, tally, times, upstreamWrites, useFreshDays } from "../support/people.ts";
import { type Answer, sendCode, stepUp, type TestService } from "../support/service.ts";

const minute = 60_000;
const own = { email: "alice@example.test" };
const ownPhone = { phone: "12025550111" };
const fresh = { email: "fresh@example.test" };

const service = useService();
useFreshDays(service);

type Address = { email: string } | { phone: string };
const verify = (address: Address, verificationCode: string, username = "alice"): Promise<Answer> =>
  service.as(username)("POST", "/me/verification-codes/verify", { ...address, verificationCode });
const send = (address: Address, headers = {}, username = "alice") =>
  service.as(username)("POST", "/me/verification-codes", address, headers);
const wrong = (code: string) => (code === "000000" ? "000001" : "000000");
const outcome = ({ status, body }: Answer) => ({ status, code: body.code });
const checks = () => service.tenant.requests.count("POST", /^\/api\/verification-codes\/verify$/);
const expired = { status: 400, code: "code_expired" };

describe("a code", () => {
  test("is refused from a person who did not ask for it, and Logto is not asked", async () => {
    const code = await sendCode(service, "alice", own);
    expect(outcome(await verify(own, code, "bob"))).toEqual(expired);
    expect(checks()).toBe(0);
    expect((await verify(own, code)).status).toBe(200);
  });

  test("is refused for another address of the same person", async () => {
    const code = await sendCode(service, "alice", own);
    expect(outcome(await verify(ownPhone, code))).toEqual(expired);
    expect(outcome(await verify(fresh, code))).toEqual(expired);
    expect(checks()).toBe(0);
  });

  test("gives no step-up record where it proves a new address", async () => {
    const record = await stepUp(service, "alice");
    const { body } = await verify(fresh, await sendCode(service, "alice", fresh, record));
    expect(body).toEqual({ proven: true, expiresAt: expect.any(String) });
    expect(await lastActivity(service, "alice")).toEqual({
      event: "identifier.proven",
      detail: { type: "email" },
    });
  });

  test("gives no step-up record once its address is no longer the person's", async () => {
    const code = await sendCode(service, "alice", own);
    const record = await stepUp(service, "alice");
    expect((await service.as("alice")("PATCH", "/me", { primaryEmail: null }, record)).status).toBe(200);
    service.tenant.requests.clear();
    expect(outcome(await verify(own, code))).toEqual(expired);
    expect(checks()).toBe(0);
  });

  test("is good once: of twenty parallel uses one succeeds", async () => {
    const code = await sendCode(service, "alice", own);
    const answers = await times(20, () => verify(own, code));
    expect(tally(answers)[200]).toBe(1);
    expect(checks()).toBeLessThanOrEqual(5);
    expect(outcome(await verify(own, code))).toEqual(expired);
  });

  test("is refused after ten minutes", async () => {
    const code = await sendCode(service, "alice", own);
    service.platform.advance(10 * minute + 1);
    expect(outcome(await verify(own, code))).toEqual(expired);
    expect(checks()).toBe(0);
  });

  test("is refused once a newer one was sent, whoever asked for that", async () => {
    const old = await sendCode(service, "alice", own);
    service.platform.advance(minute);
    let newer = await sendCode(service, "alice", own);
    if (old !== newer) expect(outcome(await verify(own, old))).toMatchObject({ code: "code_incorrect" });
    expect((await verify(own, newer)).status).toBe(200);

    service.platform.advance(minute);
    newer = await sendCode(service, "alice", own);
    service.platform.advance(minute);
    await sendCode(service, "bob", own, await stepUp(service, "bob"));
    expect(outcome(await verify(own, newer))).toEqual(expired);
  });
});

describe("guessing a code", () => {
  test("is refused after five wrong codes, and then so is the right one", async () => {
    const code = await sendCode(service, "alice", own);
    for (const attemptsLeft of [4, 3, 2, 1, 0]) {
      const { status, body } = await verify(own, wrong(code));
      expect({ status, code: body.code, attemptsLeft: body.attemptsLeft }).toEqual({
        status: 400,
        code: "code_incorrect",
        attemptsLeft,
      });
    }
    expect(await lastActivity(service, "alice")).toEqual({
      event: "step_up.refused",
      detail: { method: "email" },
    });
    const right = await verify(own, code);
    expect(outcome(right)).toEqual({ status: 429, code: "too_many_attempts" });
    expect(Number(right.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(checks()).toBe(5);
  });

  test("in parallel reaches Logto at most five times", async () => {
    const code = await sendCode(service, "alice", own);
    const answers = await times(50, () => verify(own, wrong(code)));
    expect(tally(answers)).toEqual({ 400: 5, 429: 45 });
    expect(checks()).toBe(5);
    expect((await verify(own, code)).status).toBe(429);
  });

  test("is refused after ten wrong codes an hour from one person, however many codes were sent", async () => {
    for (const address of [own, ownPhone]) {
      const code = await sendCode(service, "alice", address);
      for (let attempt = 0; attempt < 5; attempt += 1) await verify(address, wrong(code));
    }
    service.platform.advance(minute);
    const refused = await verify(own, await sendCode(service, "alice", own));
    expect(outcome(refused)).toEqual({ status: 429, code: "too_many_attempts" });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(3500);
    expect(checks()).toBe(10);
    service.platform.advance(60 * minute);
    expect((await verify(own, await sendCode(service, "alice", own))).status).toBe(200);
  });

  test("that is dead or right is no wrong one: neither takes a try of the person away", async () => {
    const dead = await sendCode(service, "alice", own);
    for (let attempt = 0; attempt < 5; attempt += 1) await verify(own, wrong(dead));
    for (let attempt = 0; attempt < 6; attempt += 1) expect((await verify(own, dead)).status).toBe(429);
    for (const minutes of [1, 2]) {
      service.platform.advance(minutes * minute);
      expect((await verify(own, await sendCode(service, "alice", own))).status).toBe(200);
    }
    const last = await sendCode(service, "alice", ownPhone);
    const answers = await times(5, () => verify(ownPhone, wrong(last)));
    expect(tally(answers)).toEqual({ 400: 5 });
  });

  test("is refused after thirty wrong codes in 15 minutes from one client address, whoever it is", async () => {
    for (const [username, phone] of [
      ["alice", "12025550111"],
      ["bob", "12025550112"],
      ["carol", "12025550113"],
    ] as const) {
      for (const address of [{ email: `${username}@example.test` }, { phone }]) {
        const code = await sendCode(service, username, address);
        for (let attempt = 0; attempt < 5; attempt += 1) await verify(address, wrong(code), username);
      }
    }
    expect(checks()).toBe(30);
    const dave = { email: "dave@example.test" };
    const code = await sendCode(service, "dave", dave);
    expect(outcome(await verify(dave, code, "dave"))).toEqual({ status: 429, code: "too_many_attempts" });
    expect(checks()).toBe(30);
    service.platform.advance(15 * minute);
    expect(outcome(await verify(dave, code, "dave"))).toEqual(expired);
  });

  test("is not counted where no code is live, and the answer tells nothing", async () => {
    await sendCode(service, "bob", { email: "bob@example.test" });
    const answers = await times(40, (index) =>
      verify({ email: index % 2 === 0 ? "bob@example.test" : "nobody@example.test" }, "123456"),
    );
    const [first] = answers.map(comparable);
    expect(first).toMatchObject({ status: 400, body: { code: "code_expired" } });
    expect(answers.map(comparable)).toEqual(answers.map(() => first));
    expect(checks()).toBe(0);
    expect((await verify(own, await sendCode(service, "alice", own))).status).toBe(200);
  });
});

describe("an outage", () => {
  test("does not count a try that Logto surely never received", async () => {
    const code = await sendCode(service, "alice", own);
    await service.tenant.pause();
    for (let attempt = 0; attempt < 6; attempt += 1) expect((await verify(own, code)).status).toBe(503);
    await service.tenant.resume();
    await breakerPause();
    expect((await verify(own, wrong(code))).body).toMatchObject({ code: "code_incorrect", attemptsLeft: 4 });
    expect((await verify(own, code)).status).toBe(200);
  });

  test("counts a try that Logto may have judged", async () => {
    const code = await sendCode(service, "alice", own);
    service.tenant.faults.add({ match: { path: /codes\/verify$/, times: 1 }, action: "reset" });
    expect((await verify(own, wrong(code))).status).toBe(503);
    expect((await verify(own, wrong(code))).body).toMatchObject({ attemptsLeft: 3 });
  });

  test.each<[string, Parameters<TestService["tenant"]["faults"]["add"]>[0]]>([
    ["answers 500", { match: { path: /codes$/ }, status: 500, body: '{"code":"x"}' }],
    ["sends, then loses the answer", { match: { path: /codes$/ }, after: true, action: "reset" }],
    ["has no connector", { match: { path: /codes$/ }, status: 501, body: '{"code":"connector.not_found"}' }],
    [
      "has no template",
      { match: { path: /codes$/ }, status: 400, body: '{"code":"connector.template_not_found"}' },
    ],
    ["cannot deliver", { match: { path: /codes$/ }, status: 400, body: '{"code":"connector.general"}' }],
  ])("that %s leaves no live code", async (_what, fault) => {
    const former = await sendCode(service, "alice", own);
    service.platform.advance(minute);
    service.tenant.faults.add(fault);
    expect((await send(own)).status).toBe(503);
    service.tenant.faults.clear();
    service.tenant.requests.clear();
    const sent = service.tenant.messages(own.email)?.code ?? former;
    expect(outcome(await verify(own, sent))).toEqual(expired);
    expect(upstreamWrites(service)).toEqual([]);
  });
});
