/** Changes of a person by Medusa's clients: a translation, and the verbs of `src/me`. */
import type { Caller } from "../caller.ts";
import type { LogtoUser } from "../logto/users.ts";
import { changePassword } from "../me/password/change-password.ts";
import { checkPassword } from "../me/password/check-password.ts";
import { updateProfile } from "../me/profile/update-profile.ts";
import { Refusal } from "../problem.ts";
import { findStepUp } from "../verification/step-up.ts";
import { unauthorized } from "./refusal.ts";
import type { MedusaServices } from "./services.ts";
import { type MedusaChange, patchOf } from "./shapes.ts";
import { type SignedIn, signInByPassword } from "./sign-in.ts";

/**
 * Changes what a client names.
 * @returns the person afterwards.
 * @throws {Refusal} as `updateProfile`.
 */
export async function changePerson(
  services: MedusaServices,
  caller: Caller,
  change: MedusaChange,
): Promise<LogtoUser> {
  const patch = patchOf(change);
  if (Object.keys(patch).length === 0) return services.logto.snapshots.get(caller.userId);
  return (await updateProfile(services, caller, { patch })).user;
}

/**
 * Requires that a person may change their password, and that the tenant accepts the new one: nothing is changed yet.
 * @throws {Refusal} `unauthenticated` unless they signed in by password in the last ten minutes; `password_rejected`.
 */
export async function requirePasswordChange(
  services: MedusaServices,
  caller: Caller,
  password: string,
): Promise<void> {
  if (!(await findStepUp(services, caller, undefined)))
    throw unauthorized("Sign in again to change your password");
  const { ok, issues } = await checkPassword(services, caller, password);
  if (!ok) throw new Refusal("password_rejected", { issues });
}

/**
 * Changes the password, which ends every sign-in of the person, and signs them in anew.
 * @returns the new sign-in; undefined where it takes their own browser.
 * @throws {Refusal} as `changePassword`.
 */
export async function changeOwnPassword(
  services: MedusaServices,
  caller: Caller,
  password: string,
): Promise<SignedIn | undefined> {
  await changePassword(services, caller, { password, verificationId: undefined });
  const { primaryEmail: email } = await services.logto.snapshots.get(caller.userId);
  return email === null ? undefined : signInByPassword(services, caller, { email, password });
}
