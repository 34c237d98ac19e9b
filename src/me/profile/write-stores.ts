/** Writes a change: first a journal row, then Logto once, then the database and the journal in one batch. */
import type { Compilable } from "kysely";
import { StorageFailure } from "../../../db/storage-failure.ts";
import { activityEntry } from "../../activity.ts";
import type { Caller } from "../../caller.ts";
import { afterLogto, callLogto } from "../../journal/call-logto.ts";
import { sealEntry } from "../../journal/entry.ts";
import type { WriteLock } from "../../journal/lease.ts";
import type { JsonObject } from "../../json.ts";
import type { LogtoUser } from "../../logto/users.ts";
import { draftNotice, type NoticeDraft } from "../../notices/notice.ts";
import { Refusal } from "../../problem.ts";
import type { Services } from "../../services.ts";
import { beginCredentialChange } from "../../verification/credentials.ts";
import { stepUpWaived } from "../../verification/step-up.ts";
import type { StoredProfile } from "./document.ts";
import { type FormerValues, formerValuesOf } from "./former-values.ts";
import type { Plan } from "./plan.ts";
import { effectsOf, finishUpdate, type UpdateEntry } from "./settle-update.ts";
import { readVault } from "./stored-profile.ts";

type Decision = {
  stores: StoredProfile;
  plan: Plan;
  /** The id of the former values that this puts back, if it is an undo. */
  undone?: string | undefined;
};

/**
 * Writes a plan to both stores.
 * @returns what they hold afterwards.
 * @throws {Refusal} Logto's refusal with nothing written; `outcome_unknown` where recovery will settle it, or where the
 *   database did not say whether it has the change.
 */
export async function writeStores(
  services: Services,
  caller: Caller,
  lock: WriteLock,
  { stores, plan, undone }: Decision,
): Promise<StoredProfile> {
  const former = formerValuesOf(stores, plan, undone);
  const entry: UpdateEntry = {
    logto: plan.logto ? effectsOf(stores.user, plan.logto, plan.changed) : [],
    business: plan.business ?? null,
    activity: activityEntry(
      services.platform,
      caller,
      undone === undefined ? "profile.updated" : "profile.undone",
      {
        fields: plan.changed,
        ...(plan.waivesStepUp ? stepUpWaived : {}),
      },
    ),
    changesIdentifier: plan.changesIdentifier,
    notices: noticesOf(services, stores.user, former),
    former,
  };
  let { user } = stores;
  if (plan.logto) user = await throughLogto(services, lock, entry, plan.logto);
  else await commitOrUnknown(lock, await finishUpdate(services, entry, lock));
  if (!plan.business) return { ...stores, user };
  return { user, ...(await afterLogto(() => readVault(services, caller.userId))) };
}

const noticeFor = {
  "/primaryEmail": "email.changed",
  "/primaryPhone": "phone.changed",
  "/username": "username.changed",
} as const;

/** A change of an identifier is told at the addresses before it, with the link that undoes it. */
const noticesOf = (services: Services, user: LogtoUser, { kept }: FormerValues): NoticeDraft[] =>
  Object.entries(noticeFor).flatMap(([pointer, kind]) => {
    const changed = kept.find(
      ({ token, content }) => token !== null && Object.hasOwn(content.before, pointer),
    );
    if (!changed) return [];
    return draftNotice(
      services,
      user,
      kind,
      {},
      { link: `${services.config.publicUrl}/undo/${changed.token}` },
    );
  });

async function throughLogto(
  services: Services,
  lock: WriteLock,
  entry: UpdateEntry,
  patch: JsonObject,
): Promise<LogtoUser> {
  const { db, logto } = services;
  const { userId, guard } = lock;
  const row = await sealEntry(services, userId, "update", entry);
  const finish = await finishUpdate(services, entry, lock);
  const begin = entry.changesIdentifier ? [beginCredentialChange(services, lock)] : [];
  await lock.apply([db.journal.insert(row, guard), ...begin]);
  const user = await callLogto(services, lock, row.id, (sendBy) =>
    logto.snapshots.change(userId, () => logto.users.update(userId, patch, sendBy)),
  );
  await afterLogto(() => lock.applyAndRelease([...finish, db.journal.delete(row.id, guard)]));
  return user;
}

/** A change of the database alone has no journal row: a commit whose answer was lost is reported as what it is. */
async function commitOrUnknown(lock: WriteLock, statements: readonly Compilable[]): Promise<void> {
  try {
    await lock.applyAndRelease(statements);
  } catch (error) {
    throw error instanceof StorageFailure && error.applied === "maybe"
      ? new Refusal("outcome_unknown", {}, { cause: error })
      : error;
  }
}
