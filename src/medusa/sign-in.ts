/** Sign-in by e-mail address and password. */
import type { Ground } from "../../db/guard.ts";
import type { MedusaSignIn } from "../../db/medusa-sign-ins.ts";
import { recordActivity } from "../activity.ts";
import type { Caller } from "../caller.ts";
import { canonicalEmail } from "../fields/email.ts";
import type { PasswordSignIn } from "../logto/experience.ts";
import { UpstreamFailure } from "../logto/upstream-failure.ts";
import type { LogtoUser } from "../logto/users.ts";
import { Refusal } from "../problem.ts";
import { type UserId, userIdSchema } from "../user-id.ts";
import { chargeOrRefuse } from "../verification/charge.ts";
import { passwordCharges } from "../verification/limits.ts";
import { recipientHash } from "../verification/recipient.ts";
import { issueRecord } from "../verification/step-up.ts";
import { wrongCredentials } from "./refusal.ts";
import type { MedusaServices } from "./services.ts";
import { beginSignIn, callerOf, type RequestFacts } from "./sign-ins.ts";

export type Credentials = {
  email: string;
  password: string;
  /** Whether the person has just registered. */
  isNewcomer?: boolean;
};
export type SignedIn = { signIn: MedusaSignIn; caller: Caller };

/** Who has an address, or stands for it where nobody has it: the same calls are made and the same tries are counted. */
export type Addressee = { address: string; user: LogtoUser | undefined; userId: UserId };

/** @param email any spelling. @throws {UpstreamFailure}. */
export async function findAddressee(services: MedusaServices, email: string): Promise<Addressee> {
  const address = canonicalEmail(email);
  const nobody = await recipientHash(services, { type: "email", value: address });
  const user = await services.logto.accounts.findByEmail(address);
  return { address, user, userId: userIdSchema.parse(user?.id ?? nobody) };
}

/**
 * Signs a person in at Logto. Tries are counted together with those at `/me/password/verify`.
 * @returns undefined where the password is right and Logto wants the person's own browser: for a second factor, say.
 * @throws {Refusal} `unauthenticated` for whatever is wrong, always the same; `too_many_attempts`; {UpstreamFailure}.
 */
export async function signInByPassword(
  services: MedusaServices,
  facts: RequestFacts,
  { email, password, isNewcomer = false }: Credentials,
): Promise<SignedIn | undefined> {
  const { db, vault, platform } = services;
  const { address, user, userId } = await findAddressee(services, email);
  const charged = { ...facts, userId, personHash: await vault.keyedHash("user", userId) };
  const charge = await chargeOrRefuse(services, charged, passwordCharges, "too_many_attempts");
  const ground = await db.credentialEpochs.ground(userId);
  const tried = await attempt(services, user?.primaryEmail ?? address, password, {
    userId,
    refund: charge.refund,
  });
  if (tried.outcome === "locked") throw new Refusal("too_many_attempts", { retryAfter: 3_600 });
  if (tried.outcome === "wrong" || tried.outcome === "suspended") {
    // After the answer: only an address that somebody has causes this.
    if (user) platform.defer(recordRefusal(services, userId, facts));
    throw wrongCredentials();
  }
  await charge.refund();
  if (tried.outcome !== "signed_in") return undefined;
  if (tried.issued.who.userId !== userId) throw new UpstreamFailure("upstream_invalid", { sent: "maybe" });
  return begin(services, facts, tried, { isNewcomer, ground });
}

/** Logto hashes what was typed, and a keyboard may type either normal form of one password. */
async function attempt(
  { experience }: MedusaServices,
  email: string,
  password: string,
  { userId, refund }: { userId: string; refund(): Promise<void> },
): Promise<PasswordSignIn> {
  const forms = new Set([password, password.normalize("NFC"), password.normalize("NFD")]);
  try {
    return await experience.signIn(email, [...forms], `person:${userId}`);
  } catch (error) {
    if (error instanceof UpstreamFailure && error.sent === "no") await refund();
    throw error;
  }
}

/** Who has typed their password a moment ago may change it. */
async function begin(
  services: MedusaServices,
  facts: RequestFacts,
  { issued }: Extract<PasswordSignIn, { outcome: "signed_in" }>,
  { isNewcomer, ground }: { isNewcomer: boolean; ground: Ground },
): Promise<SignedIn> {
  const begun = await beginSignIn(services, issued, facts, {
    provider: "emailpass",
    isNewcomer,
    ground,
  }).catch(hideSuspension);
  const { caller } = begun;
  const { verificationId } = caller.session ?? {};
  if (verificationId !== undefined)
    await issueRecord(services, caller, "password", ground, { verificationId });
  return begun;
}

function hideSuspension(error: unknown): never {
  if (error instanceof Refusal && ["user_suspended", "invalid_token"].includes(error.code))
    throw wrongCredentials();
  throw error;
}

async function recordRefusal(services: MedusaServices, userId: string, facts: RequestFacts): Promise<void> {
  const caller = await callerOf(services, { sid: "", userId }, facts);
  await services.db.batch([recordActivity(services, caller, "step_up.refused", { method: "password" })]);
}
