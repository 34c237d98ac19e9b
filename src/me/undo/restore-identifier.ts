/** Puts a sign-in identifier back, and ends what began or was earned before. */
import type { FormerRow } from "../../../db/former-values.ts";
import { activityEntry } from "../../activity.ts";
import type { Caller } from "../../caller.ts";
import { catalogue } from "../../fields/catalogue.ts";
import { sameValue } from "../../fields/kind.ts";
import { afterLogto, callLogto } from "../../journal/call-logto.ts";
import { sealEntry } from "../../journal/entry.ts";
import type { WriteLock } from "../../journal/lease.ts";
import { withWriteLock } from "../../journal/write-lock.ts";
import type { JsonValue } from "../../json.ts";
import { revokeNow } from "../../logto/revoke-sessions.ts";
import type { LogtoUser } from "../../logto/users.ts";
import { draftNotice, type NoticeDraft } from "../../notices/notice.ts";
import { Refusal } from "../../problem.ts";
import type { Services } from "../../services.ts";
import { beginCredentialChange } from "../../verification/credentials.ts";
import { keptBy } from "../../verification/end-sign-ins.ts";
import { valueAt } from "../profile/document.ts";
import { openFormerValues } from "../profile/former-values.ts";
import { requireIdentifier } from "../profile/plan.ts";
import { finishRestoration, type RestorationEntry } from "./settle-restoration.ts";

/** Who puts it back: somebody signed in, or whoever holds a link from a notice. */
export type Restorer = Pick<Caller, "userId" | "personHash" | "client" | "requestId" | "session">;

export type Restoration = {
  /** Is asked inside the lock, so that of several at once one gets it. */
  find(): Promise<FormerRow | undefined>;
  /** @throws {Refusal} for somebody who may not put it back. */
  requireRight(user: LogtoUser): Promise<unknown>;
  method: "link" | "step_up";
};

/** What was put back, and how many sessions ended with it. */
export type Undone = { fields: string[]; revokedSessions: number };

/**
 * Puts one identifier back, whatever it has been changed to since. The cookie session of the restorer goes on; every other
 * session, grant, step-up record, code and proof ends.
 * @throws {Refusal} `not_found` where it cannot be put back any more; `identifier_taken`, `last_identifier`;
 *   `invalid_token`, `user_suspended`; `outcome_unknown`; what `requireRight` throws.
 */
export async function restoreIdentifier(
  services: Services,
  restorer: Restorer,
  { find, requireRight, method }: Restoration,
): Promise<Undone> {
  const { userId } = restorer;
  const { fields, begunBefore } = await withWriteLock(services, restorer, async (lock) => {
    const row = await find();
    if (!row) throw new Refusal("not_found");
    const user = await services.logto.snapshots.refresh(userId);
    await requireRight(user);
    const { pointer, value } = await formerIdentifier(services, row);
    requireIdentifier({ user }, [{ field: { pointer }, value }]);
    const activity = activityEntry(services.platform, restorer, "identifier.restored", {
      fields: [pointer],
      method,
    });
    const entry = {
      ...{ activity, row, kept: keptBy(restorer) },
      effects: [effectOf(user, pointer, value)],
      notices: noticesOf(services, user, pointer, value),
    };
    return { fields: [pointer], begunBefore: await throughLogto(services, lock, entry) };
  });
  const keptSid = restorer.session?.sid ?? null;
  const { ended } = await revokeNow(services, { userId, begunBefore, keptSid, attempts: 0 });
  return { fields, revokedSessions: ended };
}

/** @throws {Refusal} `data_integrity`. */
export async function formerIdentifier(
  services: Pick<Services, "vault">,
  row: FormerRow,
): Promise<{ pointer: string; value: JsonValue }> {
  const { before } = await openFormerValues(services, row);
  const [pointer = ""] = row.fields;
  return { pointer, value: before[pointer] ?? null };
}

/** Without a link: who had the account meanwhile can take nothing back. */
function noticesOf(services: Services, user: LogtoUser, pointer: string, value: JsonValue): NoticeDraft[] {
  const draft = (person: LogtoUser) => draftNotice(services, person, "change.undone", {});
  const isAddressed = pointer === "/primaryEmail" && typeof value === "string" && value !== user.primaryEmail;
  return isAddressed ? [...draft(user), ...draft({ ...user, primaryEmail: value })] : draft(user);
}

/** Where the value is already what it was, recovery could not tell by it: the change then counts as made. */
function effectOf(user: LogtoUser, pointer: string, value: JsonValue): RestorationEntry["effects"][number] {
  const before = valueAt(user, pointer);
  const field = catalogue.find((entry) => entry.pointer === pointer) ?? {};
  return sameValue(field, before, value) ? { pointer, value } : { pointer, before, value };
}

/** @returns the moment of the change, on whichever clock is ahead: ours, or Logto's. */
async function throughLogto(
  services: Services,
  lock: WriteLock,
  { row: { fields, sequence }, ...rest }: Omit<RestorationEntry, "row"> & { row: FormerRow },
): Promise<number> {
  const { platform, db, logto } = services;
  const { userId, guard } = lock;
  const entry = { ...rest, row: { fields: [...fields], sequence } };
  const patch = Object.fromEntries(entry.effects.map(({ pointer, value }) => [pointer.slice(1), value]));
  const journaled = await sealEntry(services, userId, "restoration", entry);
  await lock.apply([db.journal.insert(journaled, guard), beginCredentialChange(services, lock)]);
  const user = await callLogto(services, lock, journaled.id, (sendBy) =>
    logto.snapshots.change(userId, () => logto.users.update(userId, patch, sendBy)),
  );
  const begunBefore = Math.max(platform.now(), user.updatedAt ?? 0);
  const finish = await finishRestoration(services, entry, lock, begunBefore);
  await afterLogto(() => lock.applyAndRelease([...finish, db.journal.delete(journaled.id, guard)]));
  return begunBefore;
}
