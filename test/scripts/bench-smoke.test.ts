import { expect, test } from "vitest";
import { comparedCells, compareRatios, verdictOf } from "../../scripts/bench/lib/compare.ts";

const last = { hot: { fastify: 8, empty: 0.4 }, cold: { fastify: 1 } };

test("puts each ratio beside that of the last release", () => {
  const compared = compareRatios({ hot: { fastify: 9, empty: 0.41 } }, last);
  expect(compared.map(comparedCells)).toEqual([
    ["hot", "fastify", "9.00", "8.00", ""],
    ["hot", "empty", "0.41", "0.40", ""],
  ]);
  expect(verdictOf(compared)).toBe("Nothing fell.");
});

test("names what fell by more than the noise", () => {
  const compared = compareRatios({ hot: { fastify: 6.7, empty: 0.35 }, cold: { fastify: 0.5 } }, last);
  expect(compared.map(({ fell }) => fell)).toEqual([true, false, true]);
  expect(verdictOf(compared)).toMatch(/^Fell by more than 15 %: hot against fastify, cold against fastify\./);
});

test("says nothing of what the last release was not measured for", () => {
  const compared = compareRatios({ business: { fastify: 0.1 } }, last);
  expect(compared.map(comparedCells)).toEqual([["business", "fastify", "0.10", "", ""]]);
  expect(verdictOf(compared)).toBe("Nothing fell.");
});
