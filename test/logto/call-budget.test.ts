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

test("one person alone gets half of the calls, and the next two still get theirs", async () => {
  const { callAll } = start();
  expect(await callAll(ann)).toBe(95);
  expect(await callAll("person:bob")).toBe(48);
  expect(await callAll("person:carol")).toBe(24);
  expect(await callAll("person:dave", 5)).toBe(5);
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
  expect(await callAll(ann)).toBe(0);
  platform.advance(5_000);
  expect(await callAll(ann)).toBe(95);
});

test("a repeat takes another call, and there is none once the share is used up", async () => {
  const { budget, callAll } = start();
  await callAll(ann, 94);
  expect([budget.repeat(ann), budget.repeat(ann)]).toEqual([true, false]);
});

test("who is over their share waits for a short while, and else is told at once when to come again", async () => {
  const { budget, callAll, platform } = start(200, 2_000);
  await callAll(ann);
  await expect(budget.admit(ann)).rejects.toMatchObject({
    code: "upstream_unavailable",
    sent: "no",
    detail: { retryAfter: 11 },
  });
  platform.advance(tenSeconds - 200);
  await budget.admit(ann);
});

test("nobody waits past the moment after which nothing may be sent", async () => {
  const { budget, callAll, platform } = start(200, 2_000);
  await callAll(ann);
  platform.advance(tenSeconds - 1_000);
  const sendBy = platform.monotonic() + 100;
  await expect(budget.admit(ann, sendBy)).rejects.toMatchObject({ sent: "no" });
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
