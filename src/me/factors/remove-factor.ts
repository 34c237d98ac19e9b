import { activityEntry } from "../../activity.ts";
import type { Caller } from "../../caller.ts";
import { withWriteLock } from "../../journal/write-lock.ts";
import type { LogtoFactor } from "../../logto/factors.ts";
import type { LogtoUser } from "../../logto/users.ts";
import { draftNotice } from "../../notices/notice.ts";
import { Refusal } from "../../problem.ts";
import type { Services } from "../../services.ts";
import { removeCredential } from "../../verification/remove-credential.ts";
import { requireStepUp } from "../../verification/step-up.ts";
import { factorRef } from "./list-factors.ts";

/**
 * Removes one of the caller's second factors, and ends every step-up record, code and proof that was earned before.
 * @throws {Refusal} `step_up_required`; `not_found` for a reference that is not the caller's; `factor_required` for the
 *   last one where the tenant demands one; `outcome_unknown`.
 */
export async function removeFactor(
  services: Services,
  caller: Caller,
  { ref, verificationId }: { ref: string; verificationId: string | undefined },
): Promise<void> {
  const { platform, logto } = services;
  const { userId } = caller;
  await withWriteLock(services, caller, async (lock) => {
    const user = await logto.snapshots.refresh(userId);
    await requireStepUp(services, caller, user, verificationId);
    const factors = await logto.factors.list(userId);
    const refs = await Promise.all(factors.map((factor) => factorRef(services, userId, factor)));
    const factor = factors[refs.indexOf(ref)];
    if (!factor) throw new Refusal("not_found");
    await requireAnother(services, user, factors, factor);
    await removeCredential(services, lock, {
      what: "factor",
      name: factor.id,
      activity: activityEntry(platform, caller, "factor.removed", { factor: factor.type }),
      notices: draftNotice(services, user, "factor.removed", {}),
    });
  });
}

const byAddress = { EmailVerificationCode: "primaryEmail", PhoneVerificationCode: "primaryPhone" } as const;

/** Backup codes stand in for another factor, and are none by themselves. */
async function requireAnother(
  { logto }: Pick<Services, "logto">,
  user: LogtoUser,
  factors: readonly LogtoFactor[],
  removed: LogtoFactor,
): Promise<void> {
  const { mfa } = await logto.signInExperience.policies();
  const counts = ({ type }: LogtoFactor) => type !== "BackupCode" && mfa.factors.includes(type);
  if (mfa.policy !== "Mandatory" || !counts(removed)) return;
  const others = factors.filter((factor) => factor !== removed && counts(factor));
  const addresses = Object.entries(byAddress).filter(
    ([type, address]) => mfa.factors.includes(type) && user[address] !== null,
  );
  if (others.length + addresses.length === 0) throw new Refusal("factor_required");
}
