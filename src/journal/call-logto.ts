/** The one Logto call of a journaled change, and what each of its outcomes means for the journal. */
import type { Db } from "../../db/repositories.ts";
import type { Logto } from "../logto/logto.ts";
import { SubjectMismatch } from "../logto/subject.ts";
import { UpstreamFailure } from "../logto/upstream-failure.ts";
import type { Platform } from "../platform.ts";
import { Refusal } from "../problem.ts";
import type { WriteLock } from "./lease.ts";
import { tryLater } from "./try-later.ts";

type CallServices = {
  db: Pick<Db, "journal">;
  logto: Pick<Logto, "snapshots">;
  platform: Pick<Platform, "monotonic" | "defer">;
};

/**
 * Runs `call` after its journal entry is stored. A definite refusal drops the entry.
 * @param call is given the moment after which nothing may be sent any more, on the monotonic clock.
 * @returns what `call` returns; the entry is then the caller's to finish.
 * @throws {Refusal} Logto's definite refusal, or `outcome_unknown`: the entry stays, and the lock with it until it expires.
 */
export async function callLogto<T>(
  services: CallServices,
  lock: WriteLock,
  entryId: string,
  call: (sendBy: number) => Promise<T>,
): Promise<T> {
  try {
    return await call(lock.sendBy());
  } catch (error) {
    if (isDefinite(error)) {
      await drop(services, lock, entryId);
      throw error;
    }
    services.logto.snapshots.drop(lock.userId);
    lock.leaveToExpire();
    // An answer about another user is 502, and recovery finds out whether the change was made.
    throw error instanceof SubjectMismatch ? error : asUnknown(error);
  }
}

/**
 * Drops the entry of a change that was surely not made. While the database does not take that, the lock is kept: the next
 * writer would take the entry for one of unknown outcome, and a password cannot be read back.
 */
async function drop({ db, platform }: CallServices, lock: WriteLock, entryId: string): Promise<void> {
  const dropped = () => lock.applyAndRelease([db.journal.delete(entryId, lock.guard)]);
  await dropped().catch(() => {
    lock.leaveToExpire();
    tryLater(platform, dropped);
  });
}

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
