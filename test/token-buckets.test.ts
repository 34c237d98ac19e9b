import { expect, test } from "vitest";
import { createTokenBuckets } from "../src/token-buckets.ts";

function start(size: { burst: number; perSecond: number; keys: number }) {
  const clock = { now: 0 };
  const { take } = createTokenBuckets(size, () => clock.now);
  /** @returns how many of so many calls were let through. */
  const takeAll = (key: string, calls: number, tokens?: number) =>
    Array.from({ length: calls }, () => take(key, tokens)).filter((wait) => wait === 0).length;
  return { clock, take, takeAll };
}

const size = { burst: 10, perSecond: 2, keys: 100 };

test("lets a burst through, and then so many a second", () => {
  const { clock, takeAll } = start(size);
  expect(takeAll("ann", 50)).toBe(10);
  clock.now = 3_000;
  expect(takeAll("ann", 50)).toBe(6);
  clock.now = 1_000_000;
  expect(takeAll("ann", 50)).toBe(10);
});

test("lets a full bucket give all that it holds, at any moment of the clock", () => {
  const { clock, take } = start({ burst: 1, perSecond: 10, keys: 10 });
  // 28.493827156 + 100 - 28.493827156 - 100 is not 0.
  clock.now = 28.493_827_156;
  expect(take("ann")).toBe(0);
});

test("says how long to wait, and a refusal costs nothing", () => {
  const { clock, take, takeAll } = start(size);
  takeAll("ann", 10);
  for (let time = 0; time < 5; time += 1) expect(take("ann")).toBe(500);
  clock.now = 500;
  expect([take("ann"), take("ann")]).toEqual([0, 500]);
});

test("lets those wait who are patient, in turn, and takes nothing from those who are not", () => {
  const { clock, take, takeAll } = start(size);
  takeAll("ann", 10);
  expect([take("ann", 1, 1_000), take("ann", 1, 1_000), take("ann", 1, 1_000)]).toEqual([500, 1_000, 1_500]);
  clock.now = 1_000;
  expect([take("ann"), take("ann", 1, 1_000)]).toEqual([500, 500]);
});

test("what costs more empties the bucket sooner", () => {
  const { take, takeAll } = start(size);
  expect(takeAll("ann", 50, 4)).toBe(2);
  expect([take("ann", 4), take("ann", 2)]).toEqual([1_000, 0]);
});

test("one key takes nothing from another", () => {
  const { takeAll } = start(size);
  takeAll("ann", 50);
  expect(takeAll("bob", 50)).toBe(10);
});

test("remembers so many keys, and forgets those that were used longest ago", () => {
  const { takeAll } = start({ ...size, keys: 2 });
  for (const key of ["ann", "bob", "ann", "carol"]) takeAll(key, 10);
  expect(takeAll("ann", 10)).toBe(0);
  expect(takeAll("bob", 10)).toBe(10);
});
