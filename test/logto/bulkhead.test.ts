import { afterEach, describe, expect, test, vi } from "vitest";
import { createBulkhead } from "../../src/logto/bulkhead.ts";
import { productionTuning, workersTuning } from "../../src/logto/tuning.ts";
import { UpstreamFailure } from "../../src/logto/upstream-failure.ts";

/** A request on Workers whose client has disconnected: it neither ends nor fails. */
const stopped = () => new Promise<never>(() => {});
const outage = async () => {
  throw new UpstreamFailure("upstream_timeout", { sent: "maybe", outage: true });
};

const tuning = { ...workersTuning, totalMs: 50, breaker: { failures: 2, halfOpenMs: 20 } };

const pass = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds);
afterEach(() => void vi.useRealTimers());

test("loses no slot to requests that a Worker stopped", async () => {
  const bulkhead = createBulkhead(tuning.bulkheads.large, tuning);
  for (let call = 0; call < 2_000; call += 1) void bulkhead.run("ann", stopped);
  expect(await bulkhead.run("ann", async () => "answer")).toBe("answer");
});

test("starts over if the request that ran the probe was stopped", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const bulkhead = createBulkhead(tuning.bulkheads.large, tuning);
  await Promise.allSettled([bulkhead.run("ann", outage), bulkhead.run("ann", outage)]);
  expect(bulkhead.healthy()).toBe(false);
  pass(30);
  void bulkhead.run("ann", stopped);
  const answer = () => bulkhead.run("ann", async () => "answer");
  await expect(answer()).rejects.toMatchObject({ code: "upstream_unavailable", sent: "no" });
  pass(110);
  expect(await answer()).toBe("answer");
  expect(bulkhead.healthy()).toBe(true);
});

describe("one person", () => {
  const sizes = { concurrent: 4, perPerson: 2, queue: 3, stallMs: 60_000 };
  const patient = { ...productionTuning, queueMs: 60_000 };

  /** Calls that begin in the order of `begun`, and end when they are told to. */
  function start() {
    const bulkhead = createBulkhead(sizes, patient);
    const begun: string[] = [];
    const gates: PromiseWithResolvers<void>[] = [];
    const call = (person: string) =>
      bulkhead.run(person, () => {
        const gate = Promise.withResolvers<void>();
        begun.push(person);
        gates.push(gate);
        return gate.promise;
      });
    return { begun, call, end: (index: number) => gates[index]?.resolve() };
  }

  test("has two calls at a time, and those of others run before the rest", async () => {
    const { begun, call, end } = start();
    const all = [call("ann"), call("ann"), call("ann"), call("ann"), call("bob"), call("carol")];
    expect(begun).toEqual(["ann", "ann", "bob", "carol"]);
    for (let index = 0; index < all.length; index += 1) {
      await vi.waitUntil(() => begun.length > index);
      end(index);
    }
    await Promise.all(all);
    expect(begun).toEqual(["ann", "ann", "bob", "carol", "ann", "ann"]);
  });

  test("who calls without end is refused, and nobody else", async () => {
    const { begun, call, end } = start();
    const ann = Array.from({ length: 50 }, () => call("ann"));
    const refused = ann.slice(5).map((one) => expect(one).rejects.toMatchObject({ sent: "no" }));
    const others = [call("bob"), call("bob"), call("carol"), call("dave")];
    await Promise.all(refused);
    for (let index = 0; index < 9; index += 1) {
      await vi.waitUntil(() => begun.length > index);
      end(index);
    }
    await Promise.all([...ann.slice(0, 5), ...others]);
    expect(begun.toSorted()).toEqual([...Array(5).fill("ann"), "bob", "bob", "carol", "dave"]);
  });
});
