/** A send that the tenant failed costs nothing, and no answer promises a repeat that would be refused. */
import { beforeAll, describe, expect, test } from "vitest";
import type { Fault } from "../../../dev/tenant/http/faults.ts";
import { useService } from "../../support/fixtures.ts";
import { useFreshDays } from "../../support/people.ts";
import { type Answer, sendCode } from "../../support/service.ts";

const service = useService();
beforeAll(() => {
  service.tenant.settings.codeSends = 1000;
});
useFreshDays(service);

const own = { email: "alice@example.test" };
const send = () => service.as("alice")("POST", "/me/verification-codes", own);
const failing = (fault: Partial<Fault>) => service.tenant.faults.add({ match: { path: /codes$/ }, ...fault });
const seconds = ({ headers }: Answer) => Number(headers.get("retry-after"));

/** Each call moves the clock by a millisecond, which is time that has gone by for the caller too. */
const waitUntil = (moment: number) => service.platform.advance(moment - service.platform.now() - 1);

describe("a send that the tenant failed is given back, the pause too", () => {
  test.each<[string, Partial<Fault>, number]>([
    ["has no connector", { status: 501, body: '{"code":"connector.not_found"}' }, 503],
    ["has no template", { status: 400, body: '{"code":"connector.template_not_found"}' }, 503],
    ["has a bad configuration", { status: 400, body: '{"code":"connector.invalid_config"}' }, 503],
    ["has no connector that can send", { status: 501, body: '{"code":"connector.not_implemented"}' }, 503],
    ["cannot reach its provider", { status: 500, body: '{"code":"connector.general","message":"x"}' }, 503],
    ["is refused by its provider", { status: 401, body: '{"code":"connector.authorization_failed"}' }, 503],
    ["is told to wait", { status: 429, body: '{"code":"connector.rate_limit_exceeded"}' }, 503],
    ["has sent too many", { status: 429, body: '{"code":"request.message_rate_limited"}' }, 429],
    ["takes no such address", { status: 400, body: '{"code":"guard.invalid_input"}' }, 422],
    ["fails", { status: 500, body: "Internal Server Error" }, 503],
    ["is away", { status: 503, headers: { "retry-after": "7" }, body: "" }, 503],
  ])("when it %s", async (_what, fault, status) => {
    failing(fault);
    for (let count = 0; count < 6; count += 1) expect((await send()).status).toBe(status);
    service.tenant.faults.clear();
    // The circuit breaker lets calls through again.
    await expect.poll(async () => (await send()).status, { timeout: 10_000, interval: 250 }).toBe(202);
  });
});

describe("a send that may have gone out is not given back, and the answer says when to repeat it", () => {
  test.each<[string, Partial<Fault>, number]>([
    ["a lost answer", { after: true, action: "reset" }, 503],
    ["a gateway that lost it", { status: 502, body: "<html>" }, 503],
    ["a gateway that waited", { status: 504, body: "<html>" }, 503],
    ["an answer that is none", { status: 302, headers: { location: "https://example.test/" } }, 502],
  ])("%s", async (_what, fault, status) => {
    failing(fault);
    const failed = await send();
    const at = service.platform.now();
    expect({ status: failed.status, wait: seconds(failed) }).toEqual({ status, wait: 60 });
    service.tenant.faults.clear();
    waitUntil(at + 59_999);
    expect((await send()).status).toBe(429);
    waitUntil(at + 60_000);
    expect((await send()).status).toBe(202);
  });
});

describe("what an answer promises is kept", () => {
  test("resendAfter, also when the hour's last message has gone out", async () => {
    const waits: number[] = [];
    for (let count = 0; count < 7; count += 1) {
      const { status, body } = await send();
      expect({ count, status }).toEqual({ count, status: 202 });
      const resendAfter = Date.parse(body.resendAfter);
      waits.push(Math.round((resendAfter - service.platform.now()) / 60_000));
      waitUntil(resendAfter - 1);
      expect((await send()).status).toBe(429);
      waitUntil(resendAfter);
    }
    expect(waits).toEqual([1, 1, 1, 1, 56, 1, 1]);
  });

  test("Retry-After is the longest of several full limits", async () => {
    for (let count = 0; count < 5; count += 1) {
      expect((await send()).status).toBe(202);
      service.platform.advance(60_000);
    }
    const refused = await send();
    const at = service.platform.now();
    expect(refused.status).toBe(429);
    waitUntil(at + seconds(refused) * 1000);
    expect((await send()).status).toBe(202);
  });

  const verify = (verificationCode: string) =>
    service.as("alice")("POST", "/me/verification-codes/verify", { ...own, verificationCode });

  test("Retry-After of a dead code is when another one can be sent", async () => {
    const code = await sendCode(service, "alice", own);
    for (let count = 0; count < 5; count += 1) await verify(code === "000000" ? "1" : "000000");
    const dead = await verify(code);
    const at = service.platform.now();
    expect({ status: dead.status, wait: seconds(dead) }).toEqual({ status: 429, wait: 60 });
    waitUntil(at + seconds(dead) * 1000);
    const next = await sendCode(service, "alice", own);
    expect((await verify(next)).status).toBe(200);
  });

  test("Retry-After of a dead code is short when another one can be sent now", async () => {
    const last = await sendCode(service, "alice", own);
    service.platform.advance(120_000);
    for (let count = 0; count < 5; count += 1) await verify(last === "000000" ? "1" : "000000");
    expect(seconds(await verify(last))).toBe(1);
  });
});
