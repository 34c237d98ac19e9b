/** A newcomer becomes a customer. */
import { canonicalEmail } from "../fields/email.ts";
import type { LogtoUser } from "../logto/users.ts";
import { changePerson } from "./change.ts";
import { actorIdOf } from "./claims.ts";
import type { Present } from "./present.ts";
import { notAllowed, unauthorized } from "./refusal.ts";
import { register } from "./register.ts";
import type { MedusaServices } from "./services.ts";
import type { MedusaChange } from "./shapes.ts";
import { type Credentials, type SignedIn, signInByPassword } from "./sign-in.ts";
import type { RequestFacts } from "./sign-ins.ts";

/**
 * Makes a customer of somebody who has just registered. Everybody else in the tenant is one already.
 * @param email theirs, if it is named.
 * @throws {Refusal} `bad_request` for a customer, and for another address; `unauthenticated`; as `updateProfile`.
 */
export async function createCustomer(
  services: MedusaServices,
  { claims, caller }: Pick<Present, "claims" | "caller">,
  { email, change }: { email: string | null | undefined; change: MedusaChange },
): Promise<LogtoUser> {
  const { db, platform, logto } = services;
  const signIn = await db.medusaSignIns.find(claims.sid, platform.now());
  const user = await logto.snapshots.get(caller.userId);
  if (!signIn || (await actorIdOf(services, user, "customer")) === "") throw unauthorized();
  if (!signIn.isNewcomer) throw notAllowed("This account is a customer already");
  if (typeof email === "string" && canonicalEmail(email) !== canonicalEmail(user.primaryEmail ?? ""))
    throw notAllowed("This is another address than that of the account");
  const changed = await changePerson(services, caller, change);
  await db.batch([db.medusaSignIns.welcome(signIn.sid)]);
  return changed;
}

/**
 * Registers somebody who is a customer at once.
 * @returns who it is, and their sign-in unless that takes their own browser.
 * @throws {Refusal} as `register` and `signInByPassword`.
 */
export async function registerCustomer(
  services: MedusaServices,
  facts: RequestFacts,
  { change, ...credentials }: Credentials & { change: MedusaChange },
): Promise<{ user: LogtoUser; signedIn: SignedIn | undefined }> {
  const userId = await register(services, facts, { ...credentials, change });
  const signedIn = await signInByPassword(services, facts, credentials);
  return { user: await services.logto.snapshots.get(userId), signedIn };
}
