import { expect, test } from "vitest";
import { orderedId } from "../src/ordered-id.ts";

const atNoon = Date.parse("2026-11-27T12:00:00.000Z");

test("ids of one millisecond sort as they were made, and before those of the next", () => {
  const made = [...Array.from({ length: 300 }, () => orderedId(atNoon)), orderedId(atNoon + 1)];
  expect(made.toSorted()).toEqual(made);
  expect(new Set(made).size).toBe(301);
});

test("an id is a UUID of version 7 that names its moment", () => {
  const id = orderedId(atNoon);
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(Number.parseInt(id.replace("-", "").slice(0, 12), 16)).toBe(atNoon);
});

test("more ids in one millisecond than the counter holds are still different", () => {
  const made = Array.from({ length: 5_000 }, () => orderedId(atNoon + 2));
  expect(new Set(made).size).toBe(5_000);
});
