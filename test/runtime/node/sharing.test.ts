import { expect, test } from "vitest";
import { createCoalesce } from "../../../src/runtime/node/coalesce.ts";
import { createQueue } from "../../../src/runtime/node/queue.ts";

test("shares running work under one key, and starts anew afterwards", async () => {
  const coalesce = createCoalesce();
  let runs = 0;
  const work = async () => {
    runs += 1;
    return runs;
  };
  expect(await Promise.all([coalesce("a", work), coalesce("a", work), coalesce("b", work)])).toEqual([
    1, 1, 2,
  ]);
  expect(await coalesce("a", work)).toBe(3);
});

test("shares a failure, and keeps none", async () => {
  const coalesce = createCoalesce();
  const fail = () => Promise.reject(new Error("down"));
  const settled = await Promise.allSettled([coalesce("a", fail), coalesce("a", fail)]);
  expect(settled.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await coalesce("a", async () => "up")).toBe("up");
});

test("runs the work of one key in order, whatever becomes of it, and other keys beside it", async () => {
  const queue = createQueue();
  const seen: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = queue("a", async () => {
    await gate.promise;
    seen.push("first");
    throw new Error("failed");
  });
  const second = queue("a", async () => seen.push("second"));
  await queue("b", async () => seen.push("other"));
  gate.resolve();
  await expect(first).rejects.toThrow("failed");
  await second;
  expect(seen).toEqual(["other", "first", "second"]);
});
