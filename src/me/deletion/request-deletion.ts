import { activityEntry } from "../../activity.ts";
import type { Caller } from "../../caller.ts";
import { canonicalEmail } from "../../fields/email.ts";
import { canonicalPhone } from "../../fields/phone.ts";
import { withWriteLock } from "../../journal/write-lock.ts";
import type { LogtoUser } from "../../logto/users.ts";
import { noticeOf } from "../../notices/notice.ts";
import { Refusal } from "../../problem.ts";
import type { Services } from "../../services.ts";
import { requireStepUp } from "../../verification/step-up.ts";
import { askTeam } from "./ask-team.ts";
import { type DeletionState, stateOf } from "./read-deletion.ts";
import { firstLookAt } from "./times.ts";

type Input = {
  /** What the person typed to show that they mean their account: their username, e-mail address or phone number. */
  confirm: string;
  verificationId: string | undefined;
};

/**
 * Asks for the end of the caller's account, after a time in which they can change their mind. Who has asked already gets
 * the same answer again, and the first date stays. It uses the step-up record up.
 * @throws {Refusal} `not_found` where the team has turned this off; `validation_failed` for the name of something else;
 *   `step_up_required`; `deletion_refused` with the team's reason; `upstream_unavailable` where the team's check does not
 *   answer.
 */
export async function requestDeletion(
  services: Services,
  caller: Caller,
  { confirm, verificationId }: Input,
): Promise<DeletionState> {
  const { db, config, logto } = services;
  const { deletion } = config;
  if (!deletion) throw new Refusal("not_found");
  requireName(await logto.snapshots.refresh(caller.userId), confirm);
  const existing = await db.deletions.find(caller.userId);
  if (existing) return stateOf(existing);
  // Before the team is asked, so that nobody else can make this service ask.
  await requireStepUp(services, caller, await logto.snapshots.get(caller.userId), verificationId);
  await requireNoObjection(services, caller);
  return store(services, caller, verificationId, deletion.graceMs);
}

/** Under the person's lock: a change of the password may have ended the record meanwhile, or another request asked first. */
const store = (services: Services, caller: Caller, verificationId: string | undefined, graceMs: number) =>
  withWriteLock(services, caller, async (lock) => {
    const { db, platform, logto } = services;
    const { userId } = caller;
    const existing = await db.deletions.find(userId);
    if (existing) return stateOf(existing);
    const user = await logto.snapshots.refresh(userId);
    const { idHash } = await requireStepUp(services, caller, user, verificationId);
    const askedAt = platform.now();
    const asked = { userId, askedAt, deletesAt: askedAt + graceMs, receipt: crypto.randomUUID() };
    const entry = activityEntry(platform, caller, "deletion.requested");
    await lock.applyAndRelease([
      db.deletions.insert({ ...asked, retryAt: firstLookAt(asked) }, lock.guard),
      db.verificationRecords.delete(idHash, lock.guard),
      db.activity.insert(entry, lock.guard),
      ...(await noticeOf(services, user, "deletion.requested", { due: asked.deletesAt }, lock.guard)),
    ]);
    return stateOf(asked);
  });

/** In whichever spelling: what is compared is the canonical form. Somebody without any of these types their id. */
function requireName(user: LogtoUser, typed: string): void {
  const { id, username, primaryEmail, primaryPhone } = user;
  const names = [username, primaryEmail, primaryPhone].every((name) => name === null)
    ? [id]
    : [username, primaryEmail && canonicalEmail(primaryEmail), primaryPhone && canonicalPhone(primaryPhone)];
  const given = [typed.trim(), canonicalEmail(typed), canonicalPhone(typed)];
  if (given.some((name) => name !== "" && names.includes(name))) return;
  const message = "is not the username, the e-mail address or the phone number of this account";
  throw new Refusal("validation_failed", { errors: [{ pointer: "/confirm", code: "not_yours", message }] });
}

async function requireNoObjection(services: Services, { userId }: Caller): Promise<void> {
  const objection = await askTeam(services, userId);
  if (!objection) return;
  const { text } = objection;
  const errors = text === undefined ? [] : [{ pointer: "/confirm", code: "held", message: text }];
  throw new Refusal("deletion_refused", errors.length > 0 ? { errors } : {});
}
