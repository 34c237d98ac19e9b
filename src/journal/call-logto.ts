/** The one Logto call of a journaled change, and what each of its outcomes means for the journal. */

import type { Db } from "../../db/repositories.ts";
import type { Logto } from "../logto/logto.ts";
import { SubjectMismatch } from "../logto/subject.ts";
import { UpstreamFailure } from "../logto/upstream-failure.ts";
import { Refusal } from "../problem.ts";
import type { WriteLock } from "./lease.ts";

type AttemptServices = {
  db: Pick<Db, "verificationRecords" | "journal">;
  logto: Pick<Logto, "snapshots">;
};

/** What the journal holds of the change under way. */
type Begun = { entryId: string; claim: string | null };

/**
 * Runs `call` after its journal entry is stored. A definite refusal drops the entry and gives the step-up claim back.
 * @returns what `call` returns; the entry is then the caller's to finish.
 * @throws {Refusal} Logto's definite refusal, `outcome_unknown`, or `upstream_invalid` for an answer
 * about another user: the entry then stays, and the lock with it until it expires.
 */
export async function callLogto<T>(
  services: AttemptServices,
  lock: WriteLock,
  begun: Begun,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (isDefinite(error)) {
      // An entry that cannot be dropped now is recovery's to drop: the refusal stands either way.
      await lock.applyAndRelease(cancelEntry(services, lock, begun)).catch(() => undefined);
      throw error;
    }
    services.logto.snapshots.drop(lock.fence.userId);
    lock.leaveToExpire();
    // An answer about another user is 502, although only recovery can tell what became of the change.
    throw error instanceof SubjectMismatch ? error : asUnknown(error);
  }
}

/** The statements that undo what was stored before a change that did not happen. */
export const cancelEntry = (
  { db }: Pick<AttemptServices, "db">,
  { fence }: Pick<WriteLock, "fence">,
  { entryId, claim }: Begun,
) => [
  ...(claim === null ? [] : [db.verificationRecords.unclaim(claim, fence)]),
  db.journal.delete(entryId, fence),
];

/**
 * Runs what follows once Logto has the change: the journal holds the rest, so a failure here is recovery's to settle.
 * @throws {Refusal} `outcome_unknown` for every refusal of `work`.
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

/** A bug stays a bug. */
const asUnknown = (error: unknown) =>
  error instanceof Refusal ? new Refusal("outcome_unknown", {}, { cause: error }) : error;
