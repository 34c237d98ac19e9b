/** Forgotten passwords where the shop has no mailer of its own: Logto mails a code, and the code is the token. */
import { activityEntry, recordActivity } from "../activity.ts";
import type { Caller } from "../caller.ts";
import { verificationCode } from "../fields/verification-code.ts";
import type { CodeCheck } from "../logto/codes.ts";
import { evaluatePassword } from "../logto/password-policy.ts";
import { UpstreamFailure } from "../logto/upstream-failure.ts";
import { changePassword } from "../me/password/change-password.ts";
import { Refusal } from "../problem.ts";
import { chargeOrRefuse } from "../verification/charge.ts";
import { storeGrant } from "../verification/grants.ts";
import { codeCheckCharges, codeLifeMs, maxTriesPerCode } from "../verification/limits.ts";
import { recipientHash } from "../verification/recipient.ts";
import { issueRecord } from "../verification/step-up.ts";
import { invalidToken } from "./refusal.ts";
import type { MedusaServices } from "./services.ts";
import { type Addressee, findAddressee } from "./sign-in.ts";
import { callerOf, type RequestFacts } from "./sign-ins.ts";

const recipientOf = (value: string) => ({ type: "email", value }) as const;
const callerFor = (services: MedusaServices, userId: string, facts: RequestFacts) =>
  callerOf(services, { sid: "reset by code", userId }, facts);

/** Sends a code to whoever has the address. For an address that nobody has, tries are counted as if one had been sent. */
export async function sendResetCode(
  services: MedusaServices,
  facts: RequestFacts,
  { address, user, userId }: Addressee,
): Promise<void> {
  const { db, logto, platform } = services;
  const recipient = await recipientHash(services, recipientOf(address));
  const caller = await callerFor(services, userId, facts);
  const ground = await db.credentialEpochs.ground(userId);
  await db.verificationCodes.delete(recipient);
  if (user && !user.isSuspended) await logto.codes.send(userId, recipientOf(address));
  const sentAt = platform.now();
  const times = { sentAt, expiresAt: sentAt + codeLifeMs };
  const code = { recipient, id: crypto.randomUUID(), userId, purpose: "step-up", ...times };
  const entry = activityEntry(platform, caller, "code.sent", { to: "email", purpose: code.purpose });
  await storeGrant(services, caller, ground, (guard) => [
    db.verificationCodes.replace(code, guard),
    ...(user ? [db.activity.insert(entry, guard)] : []),
  ]);
}

type Wish = { email: string; token: string; password: string };

/**
 * Sets a new password with a code. What the policy says without Logto comes first, whoever asks; after that the code is
 * used up.
 * @returns whose it is now, and their address for a sign-in.
 * @throws {Refusal} `unauthenticated` for whatever is wrong with the code or the address; `password_rejected`;
 * `too_many_attempts`; what `changePassword` throws.
 */
export async function resetByCode(
  services: MedusaServices,
  facts: RequestFacts,
  { email, token, password }: Wish,
): Promise<{ userId: string; email: string }> {
  const { db, logto } = services;
  const { passwordPolicy } = await logto.signInExperience.policies();
  const nobody = { name: null, username: null, primaryEmail: null, primaryPhone: null };
  const issues = evaluatePassword(passwordPolicy, password, nobody);
  if (issues.length > 0) throw new Refusal("password_rejected", { issues });
  const addressee = await findAddressee(services, email);
  const { address, user, userId } = addressee;
  const caller = await callerFor(services, userId, facts);
  const ground = await db.credentialEpochs.ground(userId);
  await verify(services, caller, addressee, token);
  const record = user && (await issueRecord(services, caller, "email", ground));
  if (!record) throw invalidToken();
  await changePassword(services, caller, { password, verificationId: record.verificationId });
  return { userId, email: address };
}

/** Each try is counted before it is made. @throws {Refusal} as `resetByCode`. */
async function verify(
  services: MedusaServices,
  caller: Caller,
  { address, user, userId }: Addressee,
  token: string,
): Promise<void> {
  const { db, platform } = services;
  const recipient = await recipientHash(services, recipientOf(address));
  const now = platform.now();
  if (!(await db.verificationCodes.find(recipient, userId, now))) throw invalidToken();
  const charge = await chargeOrRefuse(services, caller, codeCheckCharges, "too_many_attempts");
  const code = await db.verificationCodes.charge(recipient, userId, now, maxTriesPerCode);
  if (!code) {
    await charge.refund();
    throw new Refusal("too_many_attempts", { retryAfter: codeLifeMs / 1_000 });
  }
  const outcome = await check(services, caller, address, token, async () => {
    await Promise.all([charge.refund(), db.verificationCodes.refund(code.id)]);
  });
  if (!user || outcome !== "ok" || !(await db.verificationCodes.consume(code.id))) {
    // After the answer: only an address that somebody has causes this.
    if (user) platform.defer(recordRefusal(services, caller));
    throw invalidToken();
  }
  await charge.refund();
}

const recordRefusal = (services: MedusaServices, caller: Caller) =>
  services.db.batch([recordActivity(services, caller, "step_up.refused", { method: "email" })]);

/** For an address that nobody has, Logto is asked all the same. */
async function check(
  { logto }: MedusaServices,
  { userId }: Caller,
  address: string,
  token: string,
  refund: () => Promise<void>,
): Promise<CodeCheck> {
  const code = verificationCode.safeParse(token).data;
  if (code === undefined) return "mismatch";
  try {
    return await logto.codes.verify(userId, recipientOf(address), code);
  } catch (error) {
    if (error instanceof UpstreamFailure && error.sent === "no") await refund();
    throw error;
  }
}
