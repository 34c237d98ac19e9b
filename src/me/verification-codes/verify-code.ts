import type { VerificationCode } from "../../../db/verification-codes.ts";
import { activityEntry } from "../../activity.ts";
import type { Caller } from "../../caller.ts";
import type { CodeCheck, Recipient } from "../../logto/codes.ts";
import { UpstreamFailure } from "../../logto/upstream-failure.ts";
import { Refusal } from "../../problem.ts";
import type { Services } from "../../services.ts";
import { chargeOrRefuse } from "../../verification/charge.ts";
import {
  codeCheckCharges,
  maxTriesPerCode,
  resendAfterMs,
  verificationLifeMs,
} from "../../verification/limits.ts";
import { isOwn, recipientHash, requireAddress } from "../../verification/recipient.ts";
import { type IssuedRecord, issueRecord } from "../../verification/step-up.ts";

/** A step-up record for an address that the person has; a proof for one that they want to have. */
export type VerifiedCode = IssuedRecord | { proven: true; expiresAt: string };

/**
 * Verifies a code that this caller asked for at this address.
 * @throws {Refusal} `code_incorrect` with `attemptsLeft`; `code_expired` where the caller has no live code for the
 *   address, also if somebody else has one; `too_many_attempts`; `validation_failed`.
 */
export async function verifyCode(
  services: Services,
  caller: Caller,
  { recipient, verificationCode }: { recipient: Recipient; verificationCode: string },
): Promise<VerifiedCode> {
  const { db } = services;
  const hash = await requireLiveCode(services, caller, recipient);
  const charge = await chargeOrRefuse(services, caller, codeCheckCharges, "too_many_attempts");
  const now = services.platform.now();
  const code = await db.verificationCodes.charge(hash, caller.userId, now, maxTriesPerCode);
  if (!code) {
    await charge.refund();
    throw new Refusal("too_many_attempts", { retryAfter: resendAfterMs / 1000 });
  }
  const refund = async () => {
    await Promise.all([charge.refund(), db.verificationCodes.refund(code.id)]);
  };
  const outcome = await checkUpstream(services, recipient, verificationCode, refund);
  if (outcome === "mismatch") return refuseMismatch(services, caller, recipient, code);
  if (outcome === "expired" || !(await db.verificationCodes.consume(code.id)))
    throw new Refusal("code_expired");
  await charge.refund();
  return grant(services, caller, recipient, code);
}

/**
 * Without a live code of this caller nothing is charged, and the answer shows nothing about codes of other people.
 * A code for step-up does not count after its address has stopped being the person's.
 */
async function requireLiveCode(
  services: Services,
  { userId }: Caller,
  recipient: Recipient,
): Promise<string> {
  const { platform, db, logto } = services;
  const user = await logto.snapshots.get(userId);
  const own = isOwn(user, recipient);
  if (!own) requireAddress(recipient);
  const hash = await recipientHash(services, recipient);
  const code = await db.verificationCodes.find(hash, userId, platform.now());
  if (!code || (code.purpose === "step-up" && !own)) throw new Refusal("code_expired");
  return hash;
}

async function refuseMismatch(
  { platform, db }: Services,
  caller: Caller,
  { type }: Recipient,
  { purpose, tries }: VerificationCode,
): Promise<never> {
  const event = purpose === "step-up" ? "step_up.refused" : "identifier.refused";
  const entry = activityEntry(platform, caller, event, { method: type });
  await db.batch([db.activity.insert(entry)]);
  throw new Refusal("code_incorrect", { attemptsLeft: maxTriesPerCode - tries });
}

async function checkUpstream(
  { logto }: Services,
  recipient: Recipient,
  verificationCode: string,
  refund: () => Promise<void>,
): Promise<CodeCheck> {
  try {
    return await logto.codes.verify(recipient, verificationCode);
  } catch (error) {
    if (error instanceof UpstreamFailure && error.sent === "no") await refund();
    throw error;
  }
}

async function grant(
  services: Services,
  caller: Caller,
  { type }: Recipient,
  { purpose, recipient }: VerificationCode,
): Promise<VerifiedCode> {
  if (purpose === "step-up") return issueRecord(services, caller, type);
  const { platform, db } = services;
  const expiresAt = platform.now() + verificationLifeMs;
  await db.batch([
    db.identifierProofs.save({ userId: caller.userId, recipient, expiresAt }),
    db.activity.insert(activityEntry(platform, caller, "identifier.proven", { type })),
  ]);
  return { proven: true, expiresAt: new Date(expiresAt).toISOString() };
}
