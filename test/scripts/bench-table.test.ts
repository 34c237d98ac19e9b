import { expect, test } from "vitest";
import { cellsOf, formatTable, heading, median, ratiosOf, rowOf } from "../../scripts/bench/lib/table.ts";

const round = (requestsPerSecond: number, failed = 0) => ({
  requestsPerSecond,
  failed,
  p50: 1,
  p99: 2,
  processorMicroseconds: 100,
  residentMiB: 90,
  upstreamCalls: 3,
});

test("takes the middle of an odd number of rounds, and the mean of the two in the middle of an even one", () => {
  expect(median([30, 10, 20])).toBe(20);
  expect(median([40, 10, 20, 30])).toBe(25);
});

test("shows medians, and every failure of all rounds", () => {
  expect(rowOf("service", [round(10, 1), round(500), round(30, 2)])).toEqual({
    ...round(30, 3),
    server: "service",
  });
});

test("says how many requests the first server serves for one of each other", () => {
  const rows = [
    rowOf("service", [round(400)]),
    rowOf("fastify", [round(100)]),
    rowOf("empty", [round(1000)]),
  ];
  expect(ratiosOf(rows)).toEqual({ fastify: 4, empty: 0.4 });
});

test("lines up names to the left and figures to the right", () => {
  const rows = [rowOf("service", [round(400)]), rowOf("fastify", [round(100)])];
  const [head = "", service = "", fastify = ""] = formatTable([heading, ...cellsOf("hot", rows)]).split("\n");
  expect(head).toMatch(/^scenario {2}server/);
  expect(service.length).toBe(service.trimEnd().length);
  expect(service.indexOf("400")).toBe(fastify.indexOf("100"));
  expect(fastify).toMatch(/^hot +fastify +100 .* 4\.00$/);
});
