/** What is counted, what a scrape shows of it, and what several processes show together. */
import { expect, test } from "vitest";
import { createRegistry } from "../../src/telemetry/registry.ts";
import { countsOf, merged, type Snapshot, textOf } from "../../src/telemetry/snapshot.ts";

const shown = (snapshot: Snapshot, part: string): string[] =>
  textOf(snapshot)
    .split("\n")
    .filter((line) => line.includes(part) && !line.startsWith("#"));

test("a histogram counts a value with all bounds that it does not exceed, in seconds", async () => {
  const registry = createRegistry();
  for (const ms of [1, 10, 10_000, 12_000]) {
    registry.answered({ method: "GET", route: "/me", status: 200, ms });
    registry.called("GET /api/users/:id", "200", ms);
  }
  const snapshot = await registry.snapshot();
  const buckets = [1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 4];
  for (const name of ["profile_bff_request_seconds", "profile_bff_logto_request_seconds"]) {
    const values = shown(snapshot, `${name}_bucket`).map((line) => Number(line.split(" ").at(-1)));
    expect(values).toEqual(buckets);
    expect(shown(snapshot, `${name}_bucket`).at(-1)).toContain('le="+Inf"');
    expect(shown(snapshot, `${name}_sum`)[0]).toMatch(/"\} 22\.011$/);
    expect(shown(snapshot, `${name}_count`)[0]).toMatch(/"\} 4$/);
    expect(shown(snapshot, `${name}_sum`)[0]).not.toContain("le=");
  }
});

test("a method that no route serves is no line of its own", async () => {
  const registry = createRegistry();
  for (const method of ["BREW", "WHEN"]) registry.answered({ method, route: undefined, status: 404, ms: 1 });
  expect(shown(await registry.snapshot(), "requests_total")).toEqual([
    'profile_bff_requests_total{method="any",route="none",status="404"} 2',
  ]);
});

test("a label cannot end its line", async () => {
  const registry = createRegistry();
  registry.count("jobRuns", 'a "job"\\\n', "ok");
  expect(shown(await registry.snapshot(), "job_runs")).toEqual([
    'profile_bff_job_runs_total{job_name="a \\"job\\"\\\\\\n",outcome="ok"} 1',
  ]);
});

test("what has not happened is shown as 0, a 401 by its reason only", async () => {
  const registry = createRegistry();
  registry.count("refusals", "unauthenticated", "no_token");
  const snapshot = await registry.snapshot();
  const zeros = ["breaker", "bulkhead", "budget"].map(
    (by) => `profile_bff_logto_not_sent_total{by="${by}"} 0`,
  );
  expect(shown(snapshot, "not_sent")).toEqual(zeros);
  expect(shown(snapshot, "budgets_hit")).toHaveLength(2);
  expect(shown(snapshot, "notices_total")).toHaveLength(3);
  expect(shown(snapshot, 'code="unauthenticated"')).toEqual([
    'profile_bff_refusals_total{code="unauthenticated",reason="no_token"} 1',
  ]);
});

test("a reader that fails takes only its own lines along; a cache shows its entries, hits and misses", async () => {
  const registry = createRegistry();
  registry.watch(() => Promise.reject(new Error("away")));
  registry.watch(() => [["journalEntries", 7]]);
  registry.watchCache("tokens", () => ({ entries: 1, hits: 2, misses: 3 }));
  const snapshot = await registry.snapshot();
  expect(shown(snapshot, "journal_entries")).toEqual(["profile_bff_journal_entries 7"]);
  const values = shown(snapshot, 'cache="tokens"').map((line) => Number(line.split(" ").at(-1)));
  expect(values).toEqual([1, 2, 3]);
});

test("processes together show the sum of what they counted and hold, and the worst of what they share", async () => {
  const process = async (entries: number, started: number) => {
    const registry = createRegistry();
    registry.answered({ method: "GET", route: "/me", status: 200, ms: 10 });
    registry.watch(() => [
      ["journalEntries", entries],
      ["heapUsed", 100],
      ["processStart", started],
      ["logtoCallsRunning", entries, "GET /api/users/:id"],
    ]);
    return registry.snapshot();
  };
  const ended = await process(5, 1);
  const [one, other] = [await process(3, 10), await process(0, 20)];
  for (const order of [
    [one, other],
    [other, one],
  ]) {
    const whole = merged([...order, countsOf(ended)]);
    expect(shown(whole, "requests_total")[0]).toMatch(/ 3$/);
    expect(shown(whole, "request_seconds_count")[0]).toMatch(/ 3$/);
    expect(shown(whole, "journal_entries")).toEqual(["profile_bff_journal_entries 3"]);
    expect(shown(whole, "calls_running")[0]).toMatch(/ 3$/);
    expect(shown(whole, "heap_used")).toEqual(["nodejs_heap_used_bytes 200"]);
    expect(shown(whole, "process_start")).toEqual(["process_start_time_seconds 20"]);
  }
});
