import { expect, test } from "vitest";
import { useShared } from "../support/fixtures.ts";
import { describeFinding, hunt, playRun, someRuns } from "./hunt.ts";
import { keptRuns } from "./kept-runs.ts";
import { openShared } from "./shared.ts";

/**
 * How many interleavings are played. They are the same every time, so that a change is judged by itself; `npm run
 * test:model` plays more, from seeds that nobody has tried.
 */
const runs = Number(process.env.MODEL_RUNS ?? 1_500);
/** A machine that does many things at once needs as long for a run. */
const timeout = runs * 100;

const shared = useShared(openShared, (database) => database.close());

test("what is promised holds in every interleaving", { timeout }, async () => {
  const finding = await hunt({ shared, runs, seed: 20_261_127 });
  if (finding) expect.fail(await describeFinding(shared, finding));
});

test("a run is the same whenever it is played", async () => {
  const chosen = someRuns({ count: 40, seed: 9 });
  const traces = async () => {
    const played = [];
    for (const run of chosen) played.push((await playRun(shared, run)).trace.join("\n"));
    return played;
  };
  const first = await traces();
  expect(await traces()).toEqual(first);
  expect(new Set(first).size).toBe(chosen.length);
});

test.each(keptRuns)("$what", async (run) => {
  expect((await playRun(shared, run)).broken).toEqual([]);
});
