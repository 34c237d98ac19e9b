/** The one call to Logto that a journaled change makes, and what its outcome means for the journal. */
import type { Db } from "../../db/repositories.ts";
import type { Logto } from "../logto/logto.ts";
import { SubjectMismatch } from "../logto/subject.ts";
import { UpstreamFailure } from "../logto/upstream-failure.ts";
import { Refusal } from "../problem.ts";
import type { WriteLock } from "./lease.ts";

type CallServices = {
  db: Pick<Db, "verificationRecords" | "journal">;
  logto: Pick<Logto, "snapshots">;
};

/** What is stored of a change that is not finished: its entry, and its claim on a step-up record if any. */
type PendingChange = { entryId: string; claim: string | null };

/**
 * Makes the call, after its journal entry is stored. If Logto refuses, the entry is deleted, and the step-up record
 * can be used again.
 * @returns what `call` returns. The entry stays: the caller finishes it.
 * @throws {Refusal} Logto's definite refusal; `outcome_unknown` if Logto may have made the change, or
 * `upstream_invalid` if its answer is about another user. Then the entry stays until it is settled, and the lock
 * until it expires.
 */
export async function callLogto<T>(
  services: CallServices,
  lock: WriteLock,
  pending: PendingChange,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (isDefinite(error)) {
      // If the entry cannot be deleted now, recovery deletes it. The answer is the refusal in both cases.
      await lock.applyAndRelease(cancelEntry(services, lock, pending)).catch(() => undefined);
      throw error;
    }
    services.logto.snapshots.drop(lock.fence.userId);
    lock.leaveToExpire();
    // An answer about another user is 502, and recovery finds out whether the change was made.
    throw error instanceof SubjectMismatch ? error : asUnknown(error);
  }
}

/** @returns the statements for a change that Logto did not make: they delete its entry and give back its claim. */
export const cancelEntry = (
  { db }: Pick<CallServices, "db">,
  { fence }: Pick<WriteLock, "fence">,
  { entryId, claim }: PendingChange,
) => [
  ...(claim === null ? [] : [db.verificationRecords.unclaim(claim, fence)]),
  db.journal.delete(entryId, fence),
];

/**
 * Runs the steps that follow the call to Logto. If they fail, recovery finishes the change from its entry.
 * @throws {Refusal} `outcome_unknown` in place of any refusal by `work`.
 */
export async function afterLogto<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asUnknown(error);
  }
}

const isDefinite = (error: unknown) =>
  error instanceof Refusal && !(error instanceof UpstreamFailure && error.sent === "maybe");

/** Any other error is a bug and is thrown as it is. */
const asUnknown = (error: unknown) =>
  error instanceof Refusal ? new Refusal("outcome_unknown", {}, { cause: error }) : error;
