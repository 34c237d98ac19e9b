/** Recovery: at start and several times a minute, whatever a dead writer left behind is settled. */
import type { Services } from "../context.ts";
import { Refusal } from "../problem.ts";
import { withWriteLock } from "./write-lock.ts";

const batchSize = 100;

/**
 * Settles the entries whose writers are gone. Taking a user's write lock is all it does: the lock settles first.
 * @returns how many users were settled; those whose stores are unreachable stay for the next run.
 */
export async function recover(services: Services): Promise<number> {
  const { journal, platform } = services;
  const users = new Set((await journal.stale(platform.now(), batchSize)).map(({ userId }) => userId));
  let settled = 0;
  for (const userId of users) {
    try {
      await withWriteLock(services, userId, async () => {});
      settled += 1;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }
  return settled;
}
