import { afterEach, expect, test, vi } from "vitest";
import { createBulkhead } from "../../src/logto/bulkhead.ts";
import { workersTuning } from "../../src/logto/tuning.ts";
import { UpstreamFailure } from "../../src/logto/upstream-failure.ts";

/** What a request leaves behind when its client goes away on Workers: it neither ends nor fails. */
const dropped = () => new Promise<never>(() => {});
const outage = async () => {
  throw new UpstreamFailure("upstream_timeout", { sent: "maybe", outage: true });
};

const tuning = { ...workersTuning, totalMs: 50, breaker: { failures: 2, halfOpenMs: 20 } };

const pass = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds);
afterEach(() => void vi.useRealTimers());

test("loses no room to requests that a Worker dropped", async () => {
  const bulkhead = createBulkhead(tuning.bulkheads.many, tuning);
  for (let call = 0; call < 2_000; call += 1) void bulkhead.run(dropped);
  expect(await bulkhead.run(async () => "answer")).toBe("answer");
});

test("starts over when the request that probed was dropped", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const bulkhead = createBulkhead(tuning.bulkheads.many, tuning);
  await Promise.allSettled([bulkhead.run(outage), bulkhead.run(outage)]);
  expect(bulkhead.healthy()).toBe(false);
  pass(30);
  void bulkhead.run(dropped);
  const answer = () => bulkhead.run(async () => "answer");
  await expect(answer()).rejects.toMatchObject({ code: "upstream_unavailable", sent: "no" });
  pass(110);
  expect(await answer()).toBe("answer");
  expect(bulkhead.healthy()).toBe(true);
});
