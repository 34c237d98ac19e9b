import { expect, test } from "vitest";
import { createCallBudget, type Payer } from "../../src/logto/call-budget.ts";
import { createTestPlatform } from "../support/platform.ts";

const ann = "person:ann";
const tenSeconds = 10_500;

function start(calls = 200, waitMs = 0) {
  const platform = createTestPlatform();
  const budget = createCallBudget({ calls, waitMs, platform });
  /** Calls until the payer is refused, or often enough. @returns how many calls were admitted. */
  const callAll = async (payer: Payer, most = Number.POSITIVE_INFINITY) => {
    for (let calls = 0; calls < most; calls += 1) {
      try {
        (await budget.admit(payer)).send();
      } catch {
        return calls;
      }
    }
    return most;
  };
  return { budget, platform, callAll };
}

test("one person alone gets half of the calls at once, and the next two still get theirs", async () => {
  const { callAll } = start();
  expect(await callAll(ann)).toBe(96);
  expect(await callAll("person:bob")).toBe(47);
  expect(await callAll("person:carol")).toBe(24);
  expect(await callAll("person:dave", 5)).toBe(5);
});

test("one person alone gets nearly all of the calls, the second half one after the other", async () => {
  const { callAll, platform } = start();
  let calls = await callAll(ann);
  for (let tenth = 0; tenth < 99; tenth += 1) {
    platform.advance(100);
    const now = await callAll(ann);
    expect(now).toBeLessThanOrEqual(1);
    calls += now;
  }
  expect(calls).toBe(180);
  expect(await callAll("person:bob")).toBeGreaterThanOrEqual(5);
});

test("who is over their share leaves others three times what these have used", async () => {
  const { callAll, platform } = start();
  await callAll("person:bob", 20);
  let calls = await callAll(ann);
  for (let tenth = 0; tenth < 99; tenth += 1) {
    platform.advance(100);
    calls += await callAll(ann);
  }
  expect(calls).toBe(130);
  expect(await callAll("person:bob", 10)).toBe(10);
});

test("the more people call, the smaller is the share of each, and nobody who is new is refused", async () => {
  const { callAll } = start();
  for (let person = 0; person < 60; person += 1) expect(await callAll(`person:${person}`, 2)).toBe(2);
  expect(await callAll(ann)).toBe(35);
});

test("all of them together never make more calls within ten seconds than the tenant allows", async () => {
  const { callAll, platform } = start(50);
  const everybody = async () => {
    let calls = 0;
    for (let person = 0; person < 100; person += 1) calls += await callAll(`person:${person}`);
    return calls + (await callAll("background")) + (await callAll("service"));
  };
  expect(await everybody()).toBe(50);
  platform.advance(9_000);
  expect(await everybody()).toBe(0);
  platform.advance(tenSeconds - 9_000);
  expect(await everybody()).toBe(50);
});

test("people leave something to the service itself and to its background jobs, which come last", async () => {
  const { callAll } = start();
  expect(await callAll("background")).toBe(64);
  for (let person = 0; person < 300; person += 1) await callAll(`person:${person}`);
  expect(await callAll("background")).toBe(0);
  expect(await callAll("service")).toBe(10);
});

test("background jobs go on, slowly, however busy people are", async () => {
  const { callAll } = start();
  for (let person = 0; person < 300; person += 1) await callAll(`person:${person}`);
  expect(await callAll("background")).toBe(10);
});

test("a request for a token or for keys counts, and is never refused", async () => {
  const { budget, callAll } = start();
  for (let request = 0; request < 300; request += 1) budget.count();
  expect(await callAll(ann)).toBe(0);
});

test("a call that is not sent is given back, and one that is sent late counts from then on", async () => {
  const { budget, callAll, platform } = start();
  const turns = await Promise.all(Array.from({ length: 50 }, () => budget.admit(ann)));
  for (const turn of turns) turn.release();
  const early = await Promise.all(Array.from({ length: 95 }, () => budget.admit(ann)));
  platform.advance(5_000);
  for (const turn of early) {
    turn.send();
    turn.release();
  }
  platform.advance(tenSeconds - 5_000);
  expect(await callAll(ann)).toBe(1);
  platform.advance(5_000);
  expect(await callAll(ann)).toBe(95);
});

test("a repeat takes another call, and there is none once the share is used up", async () => {
  const { budget, callAll } = start();
  await callAll(ann, 94);
  expect([budget.repeat(ann), budget.repeat(ann), budget.repeat(ann)]).toEqual([true, true, false]);
});

test("who is over their share waits in turn, and is told at once when to come again if that would take long", async () => {
  const { budget, callAll, platform } = start(200, 350);
  await callAll(ann, 95);
  const began = platform.monotonic();
  const waiting = Array.from({ length: 4 }, async () => {
    await budget.admit(ann);
    return Math.floor((platform.monotonic() - began) / 99);
  });
  await expect(budget.admit(ann)).rejects.toMatchObject({
    code: "upstream_unavailable",
    sent: "no",
    detail: { retryAfter: 1 },
  });
  const [first = 0, , , last = 0] = await Promise.all(waiting);
  expect(last - first).toBeGreaterThanOrEqual(2);
});

test("who finds nothing left is told at once when there will be something", async () => {
  const { budget, callAll } = start(200, 2_000);
  for (let person = 0; person < 300; person += 1) await callAll(`person:${person}`, 1);
  await expect(budget.admit(ann)).rejects.toMatchObject({ sent: "no", detail: { retryAfter: 11 } });
});

test("nobody waits past the moment after which nothing may be sent", async () => {
  const { budget, callAll, platform } = start(200, 2_000);
  await callAll(ann, 96);
  await expect(budget.admit(ann, platform.monotonic() + 50)).rejects.toMatchObject({ sent: "no" });
});

test("the log says once a minute that the budget is used up, and names nobody", async () => {
  const { callAll, platform } = start();
  for (let round = 0; round < 3; round += 1) {
    await callAll(ann);
    platform.advance(tenSeconds);
  }
  expect(platform.lines.map((line) => JSON.parse(line).event)).toEqual(["logto.budget_spent"]);
  expect(platform.lines.join()).not.toContain("ann");
});
