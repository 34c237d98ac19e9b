/** Statements that the database did not take in time for the answer, and that must not wait until a lease expires. */
import type { Platform } from "../platform.ts";
import { sleep } from "../sleep.ts";

/** Most outages of a database are shorter than this. */
const pauseMs = 1_000;
const longestMs = 15_000;

/** Repeats work after the answer, once a second, until it succeeds or fifteen seconds are over. It throws nothing. */
export function tryLater(
  platform: Pick<Platform, "monotonic" | "defer">,
  work: () => Promise<unknown>,
): void {
  platform.defer(repeat(platform, work));
}

async function repeat({ monotonic }: Pick<Platform, "monotonic">, work: () => Promise<unknown>) {
  const deadline = monotonic() + longestMs;
  let isDone = false;
  while (!isDone && monotonic() < deadline) {
    await sleep(pauseMs);
    isDone = await work().then(
      () => true,
      () => false,
    );
  }
}
