/** Plays many runs, and shows the first one in which something does not hold. */
import fc from "fast-check";
import { judge } from "./judge/judge.ts";
import { play } from "./play.ts";
import { type Scenario, scenarios } from "./scenario.ts";
import type { Shared } from "./shared.ts";

/** One interleaving: what happens, and the seed of the order in which it does. */
export type Run = { readonly scenario: Scenario; readonly schedule: number };

export type HuntOptions = {
  shared: Shared;
  runs: number;
  seed: number;
  /** Whether a run that fails is made as small as possible. Default: yes. */
  shrinks?: boolean;
};

/** `runs` says how many were played up to the one that failed first. */
export type Finding = { readonly runs: number; readonly seed: number; readonly run: Run };

const someRun: fc.Arbitrary<Run> = fc.record({
  scenario: scenarios,
  schedule: fc.noShrink(fc.nat(0xffff_ffff)),
});

/** The first runs of a seed. */
export const someRuns = ({ count, seed }: { count: number; seed: number }): Run[] =>
  fc.sample(someRun, { numRuns: count, seed });

/**
 * Plays one run from its beginning.
 * @returns a sentence for each thing that does not hold, and what happened, a line an event.
 */
export async function playRun(shared: Shared, { scenario, schedule }: Run) {
  const [scheduler] = fc.sample(fc.scheduler(), { seed: schedule, numRuns: 1 });
  if (!scheduler) throw new Error("fast-check gave no scheduler.");
  return play({ scenario, scheduler, shared }, (world) => ({
    broken: judge(world),
    trace: world.stage.trace,
  }));
}

/** @returns the first run in which something does not hold; undefined when all hold. */
export async function hunt({
  shared,
  runs,
  seed,
  shrinks = true,
}: HuntOptions): Promise<Finding | undefined> {
  const holds = fc.asyncProperty(someRun, async (run) => (await playRun(shared, run)).broken.length === 0);
  const details = await fc.check(holds, { numRuns: runs, seed, endOnFailure: !shrinks });
  const [run] = details.counterexample ?? [];
  return run && { runs: details.numRuns, seed, run };
}

/** All that is needed to understand a finding, and to keep it. */
export async function describeFinding(shared: Shared, { runs, seed, run }: Finding): Promise<string> {
  const { broken, trace } = await playRun(shared, run);
  return [
    `Run ${runs} of seed ${seed} does not hold:`,
    ...broken.map((sentence) => `- ${sentence}`),
    "To be kept in test/model/kept-runs.ts:",
    JSON.stringify(run),
    "What happened:",
    ...trace,
  ].join("\n");
}
