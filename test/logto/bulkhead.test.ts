import { afterEach, expect, test, vi } from "vitest";
import { createBulkhead } from "../../src/logto/bulkhead.ts";
import { workersTuning } from "../../src/logto/tuning.ts";
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
  for (let call = 0; call < 2_000; call += 1) void bulkhead.run(stopped);
  expect(await bulkhead.run(async () => "answer")).toBe("answer");
});

test("starts over if the request that ran the probe was stopped", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const bulkhead = createBulkhead(tuning.bulkheads.large, tuning);
  await Promise.allSettled([bulkhead.run(outage), bulkhead.run(outage)]);
  expect(bulkhead.healthy()).toBe(false);
  pass(30);
  void bulkhead.run(stopped);
  const answer = () => bulkhead.run(async () => "answer");
  await expect(answer()).rejects.toMatchObject({ code: "upstream_unavailable", sent: "no" });
  pass(110);
  expect(await answer()).toBe("answer");
  expect(bulkhead.healthy()).toBe(true);
});
