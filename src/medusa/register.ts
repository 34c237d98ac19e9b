/** Registration: an account for an address that nobody has proven. */
import { activityEntry } from "../activity.ts";
import type { Caller } from "../caller.ts";
import { canonicalEmail } from "../fields/email.ts";
import { callLogto } from "../journal/call-logto.ts";
import { sealEntry } from "../journal/entry.ts";
import type { WriteLock } from "../journal/lease.ts";
import { withWriteLock } from "../journal/write-lock.ts";
import type { JsonObject } from "../json.ts";
import { evaluatePassword } from "../logto/password-policy.ts";
import { UpstreamFailure } from "../logto/upstream-failure.ts";
import type { LogtoUser } from "../logto/users.ts";
import { membersOf } from "../me/profile/patch.ts";
import { planUpdate } from "../me/profile/plan.ts";
import { Refusal } from "../problem.ts";
import { userIdSchema } from "../user-id.ts";
import { requireAcceptedIdentifiers } from "../verification/accepted-identifiers.ts";
import { chargeOrRefuse } from "../verification/charge.ts";
import { codeSendCharges } from "../verification/limits.ts";
import { recipientHash, requireAddress } from "../verification/recipient.ts";
import { limitAddress } from "./limit-address.ts";
import { notAllowed } from "./refusal.ts";
import type { MedusaServices } from "./services.ts";
import { type RegistrationEntry, removeAccount } from "./settle-registration.ts";
import { type MedusaChange, patchOf } from "./shapes.ts";
import { callerOf, type RequestFacts } from "./sign-ins.ts";

type Fields = { email: string; password: string; change: MedusaChange };

/** Passwords that the policy refuses cost the tenant an account each. */
const tries = { name: "registration", max: 30, windowMs: 15 * 60_000 };

/**
 * Creates an account: first an empty one, which gets the address and the password once they are accepted. After a crash,
 * recovery removes an account that is not complete.
 * @returns whose it is.
 * @throws {Refusal} `bad_request` where registration is closed; `validation_failed`; `password_rejected`;
 * `identifier_taken`; `too_many_requests`; `outcome_unknown`; {UpstreamFailure}.
 */
export async function register(
  services: MedusaServices,
  facts: RequestFacts,
  { email, password, change }: Fields,
): Promise<string> {
  if (!services.medusa.isOpen) throw notAllowed("Registration is closed here");
  const address = canonicalEmail(email);
  requireAddress({ type: "email", value: address });
  await requireAcceptedIdentifiers(services, { email: address }, "/email");
  await requireStrongPassword(services, address, password);
  await limitAddress(services, facts, tries);
  const charge = await chargeSend(services, facts, address);
  try {
    return await withWriteLock(services, { userId: `registration-${crypto.randomUUID()}` }, (lock) =>
      createAccount(services, lock, facts, { email: address, password, change }),
    );
  } catch (error) {
    // Nothing was said about the address: who chooses another password need not wait.
    if (error instanceof Refusal && error.code !== "identifier_taken" && isDefinite(error))
      await charge.refund();
    throw error;
  }
}

const isDefinite = (error: unknown) =>
  error instanceof Refusal &&
  error.code !== "outcome_unknown" &&
  !(error instanceof UpstreamFailure && error.sent === "maybe");

/** What the policy says without Logto costs no account. Logto asks for breaches, too, once there is one. */
async function requireStrongPassword({ logto }: MedusaServices, primaryEmail: string, password: string) {
  const { passwordPolicy } = await logto.signInExperience.policies();
  const person = { name: null, username: null, primaryEmail, primaryPhone: null };
  const issues = evaluatePassword(passwordPolicy, password, person);
  if (issues.length > 0) throw new Refusal("password_rejected", { issues });
}

/** An address costs as much as a code that is sent there. */
async function chargeSend(services: MedusaServices, facts: RequestFacts, address: string) {
  const hash = await recipientHash(services, { type: "email", value: address });
  const personHash = await services.vault.keyedHash("user", hash);
  const charged = { ...facts, userId: userIdSchema.parse(hash), personHash };
  return chargeOrRefuse(services, charged, codeSendCharges(hash), "too_many_requests");
}

async function createAccount(
  services: MedusaServices,
  lock: WriteLock,
  facts: RequestFacts,
  wish: Fields,
): Promise<string> {
  const { db, logto } = services;
  const begun = await seal(services, lock, { account: null });
  await lock.apply([db.journal.insert(begun, lock.guard)]);
  const user = await callLogto(services, lock, begun.id, (sendBy) =>
    logto.accounts.create(lock.userId, sendBy),
  );
  const caller = await callerOf(services, { sid: lock.userId, userId: user.id }, facts);
  const activity = activityEntry(services.platform, caller, "account.registered", { method: "emailpass" });
  const known = await seal(services, lock, { account: { userId: user.id, activity } });
  await lock.apply([db.journal.insert(known, lock.guard), db.journal.delete(begun.id, lock.guard)]);
  try {
    await fill(services, lock, user, wish);
  } catch (error) {
    if (isDefinite(error)) await remove(services, lock, caller, known.id);
    throw error;
  }
  const guard = { ...lock.guard, person: caller.personHash };
  await lock.applyAndRelease([db.activity.insert(activity, guard), db.journal.delete(known.id, lock.guard)]);
  return user.id;
}

const seal = (services: MedusaServices, { userId }: WriteLock, entry: RegistrationEntry) =>
  sealEntry(services, userId, "registration", entry);

/** @throws {Refusal} `password_rejected`, `validation_failed`, `identifier_taken`: the account is still to be removed. */
async function fill(
  { logto }: MedusaServices,
  lock: WriteLock,
  user: LogtoUser,
  { email, password, change }: Fields,
): Promise<void> {
  const { ok, issues } = await logto.users.checkPassword(user.id, password);
  if (!ok) throw new Refusal("password_rejected", { issues });
  const patch: JsonObject = { ...profileOf(user, change), primaryEmail: email, name: null };
  await logto.users.update(user.id, patch, lock.sendBy());
  await lock.apply([]);
  await logto.users.setPassword(user.id, password, lock.sendBy());
}

/** What Logto stores of the names that come with a registration, by the rules of every change of the profile. */
function profileOf(user: LogtoUser, change: MedusaChange): JsonObject | undefined {
  const stores = { user, business: {}, businessVersion: 0 };
  const circumstances = { steppedUp: false, canStepUp: false, prefix: "" };
  return planUpdate(stores, membersOf(patchOf(change)), circumstances).logto;
}

/** While Logto or the database does not take it, the entry stays, and recovery removes the account. */
async function remove(services: MedusaServices, lock: WriteLock, { userId }: Caller, entryId: string) {
  try {
    await removeAccount(services, userId);
    await lock.applyAndRelease([services.db.journal.delete(entryId, lock.guard)]);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}
