/** The one Logto call of a journaled change, and what each of its outcomes means for the journal. */
import type { Services } from "../context.ts";
import { UpstreamFailure } from "../logto/upstream-failure.ts";
import { Refusal } from "../problem.ts";
import type { WriteLock } from "./write-lock.ts";

/**
 * Runs `call` after its journal entry is stored. A definite refusal drops the entry and gives the step-up claim back.
 * @returns what `call` returns; the entry is then the caller's to finish.
 * @throws {Refusal} Logto's definite refusal, or `outcome_unknown`: the entry stays, and the lock with it until it expires.
 */
export async function attempt<T>(
  { verificationRecords, journal }: Pick<Services, "verificationRecords" | "journal">,
  lock: WriteLock,
  { entryId, claim }: { entryId: string; claim: string | null },
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const refused = error instanceof Refusal && !(error instanceof UpstreamFailure && error.sent === "maybe");
    if (!refused) {
      lock.abandon();
      throw error instanceof Refusal ? new Refusal("outcome_unknown", {}, { cause: error }) : error;
    }
    if (claim !== null) await verificationRecords.unclaim(claim);
    await lock.commit([journal.drop(entryId, lock.fence)]);
    throw error;
  }
}

/**
 * Runs what follows once Logto has the change: the journal holds the rest, so a failure here is recovery's to settle.
 * @throws {Refusal} `outcome_unknown` for every refusal of `work`.
 */
export async function conclude<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Refusal ? new Refusal("outcome_unknown", {}, { cause: error }) : error;
  }
}
