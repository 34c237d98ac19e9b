/** Writes that meet in one turn of the event loop share a commit: each commit waits for the disk, and everybody with it. */
import type { BatchResult, Statement } from "./engine.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";

type Waiting = PromiseWithResolvers<readonly BatchResult[]> & { readonly statements: readonly Statement[] };

/**
 * @param retry runs the work, and again while another process holds the lock.
 * @param translated what a batch is refused with, after an error of SQLite.
 * @returns a function that runs a batch as one transaction, after the events of this turn.
 */
export function shareCommits(
  connection: Pick<SqliteConnection, "run" | "runTogether">,
  retry: <T>(work: () => T) => Promise<T>,
  translated: (error: unknown) => unknown,
): (statements: readonly Statement[]) => Promise<readonly BatchResult[]> {
  let waiting: Waiting[] = [];

  const commit = async () => {
    const batches = waiting;
    waiting = [];
    const [only, ...others] = batches;
    try {
      if (only && others.length === 0)
        return only.resolve(await retry(() => connection.run(only.statements)));
      const outcomes = await retry(() => connection.runTogether(batches.map(({ statements }) => statements)));
      for (const [index, outcome] of outcomes.entries()) {
        if (outcome.status === "fulfilled") batches[index]?.resolve(outcome.value);
        else batches[index]?.reject(translated(outcome.reason));
      }
    } catch (error) {
      for (const { reject } of batches) reject(error);
    }
  };

  return (statements) => {
    if (waiting.length === 0) setImmediate(commit);
    const batch = { ...Promise.withResolvers<readonly BatchResult[]>(), statements };
    waiting.push(batch);
    return batch.promise;
  };
}
