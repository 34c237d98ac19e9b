import { activityEntry } from "../../activity.ts";
import type { Caller } from "../../caller.ts";
import { withWriteLock } from "../../journal/write-lock.ts";
import type { LogtoUser } from "../../logto/users.ts";
import { draftNotice } from "../../notices/notice.ts";
import { Refusal } from "../../problem.ts";
import type { Services } from "../../services.ts";
import { removeCredential } from "../../verification/remove-credential.ts";
import { requireStepUp } from "../../verification/step-up.ts";
import { canSignIn } from "../../verification/ways-in.ts";
import { identityRef } from "./list-identities.ts";

/**
 * Removes an account that the caller has linked, and ends every step-up record, code and proof that was earned before.
 * @throws {Refusal} `step_up_required`; `not_found` for a reference that is not the caller's; `last_identifier` for the
 *   last way to sign in; `outcome_unknown`.
 */
export async function removeIdentity(
  services: Services,
  caller: Caller,
  { ref, verificationId }: { ref: string; verificationId: string | undefined },
): Promise<void> {
  const { platform, logto } = services;
  const { userId } = caller;
  await withWriteLock(services, caller, async (lock) => {
    const user = await logto.snapshots.refresh(userId);
    await requireStepUp(services, caller, user, verificationId);
    const all = await logto.identities.list(userId);
    const social = all.filter(({ kind }) => kind === "social");
    const refs = await Promise.all(social.map((identity) => identityRef(services, userId, identity)));
    const identity = social[refs.indexOf(ref)];
    if (!identity) throw new Refusal("not_found");
    requireAnother(user, all.length - 1);
    await removeCredential(services, lock, {
      what: "identity",
      name: identity.target,
      activity: activityEntry(platform, caller, "identity.removed", { provider: identity.target }),
      notices: draftNotice(services, user, "identity.removed", {}),
    });
  });
}

function requireAnother(user: LogtoUser, identities: number): void {
  const { hasPassword } = user;
  const remain = {
    username: user.username !== null,
    primaryEmail: user.primaryEmail !== null,
    primaryPhone: user.primaryPhone !== null,
  };
  if (!canSignIn({ ...remain, hasPassword, identities })) throw new Refusal("last_identifier");
}
