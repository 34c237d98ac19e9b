import type { Ground } from "../../../db/guard.ts";
import type { VerificationCode } from "../../../db/verification-codes.ts";
import { activityEntry, recordActivity } from "../../activity.ts";
import type { Caller } from "../../caller.ts";
import type { CodeCheck, Recipient } from "../../logto/codes.ts";
import { UpstreamFailure } from "../../logto/upstream-failure.ts";
import { Refusal } from "../../problem.ts";
import type { Services } from "../../services.ts";
import { chargeOrRefuse, waitFor } from "../../verification/charge.ts";
import { storeGrant } from "../../verification/grants.ts";
import {
  codeCheckCharges,
  codeSendCharges,
  maxTriesPerCode,
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
  const ground = await db.credentialEpochs.ground(caller.userId);
  const hash = await requireLiveCode(services, caller, recipient);
  const charge = await chargeOrRefuse(services, caller, codeCheckCharges, "too_many_attempts");
  const now = services.platform.now();
  const code = await db.verificationCodes.charge(hash, caller.userId, now, maxTriesPerCode);
  if (!code) {
    await charge.refund();
    // This code opens nothing any more: what helps is another one, as soon as it can be sent.
    const wait = await waitFor(services, caller, codeSendCharges(hash));
    throw new Refusal("too_many_attempts", { retryAfter: Math.max(1, Math.ceil(wait / 1000)) });
  }
  const refund = async () => {
    await Promise.all([charge.refund(), db.verificationCodes.refund(code.id)]);
  };
  const outcome = await checkUpstream(services, caller, recipient, verificationCode, refund);
  if (outcome === "mismatch") return refuseMismatch(services, caller, recipient, code);
  if (outcome === "expired" || !(await db.verificationCodes.consume(code.id)))
    throw new Refusal("code_expired");
  await charge.refund();
  return grant(services, caller, recipient, code, ground);
}

/** Without a live code of this caller nothing is charged, and the answer shows nothing about codes of other people. */
async function requireLiveCode(
  services: Services,
  { userId }: Caller,
  recipient: Recipient,
): Promise<string> {
  const { platform, db, logto } = services;
  const own = isOwn(await logto.snapshots.get(userId), recipient);
  if (!own) requireAddress(recipient);
  const hash = await recipientHash(services, recipient);
  if (!(await db.verificationCodes.find(hash, userId, platform.now()))) throw new Refusal("code_expired");
  return hash;
}

async function refuseMismatch(
  services: Services,
  caller: Caller,
  { type }: Recipient,
  { purpose, tries }: VerificationCode,
): Promise<never> {
  const event = purpose === "step-up" ? "step_up.refused" : "identifier.refused";
  await services.db.batch([recordActivity(services, caller, event, { method: type })]);
  throw new Refusal("code_incorrect", { attemptsLeft: maxTriesPerCode - tries });
}

async function checkUpstream(
  { logto }: Services,
  { userId }: Caller,
  recipient: Recipient,
  verificationCode: string,
  refund: () => Promise<void>,
): Promise<CodeCheck> {
  try {
    return await logto.codes.verify(userId, recipient, verificationCode);
  } catch (error) {
    if (error instanceof UpstreamFailure && error.sent === "no") await refund();
    throw error;
  }
}

/**
 * A code for step-up counts only while its address is the person's, who is asked for anew: it may have been taken
 * away while the code was on its way.
 * @throws {Refusal} `code_expired` when the person's credentials have changed since the code was looked up.
 */
async function grant(
  services: Services,
  caller: Caller,
  recipient: Recipient,
  code: VerificationCode,
  ground: Ground,
): Promise<VerifiedCode> {
  if (code.purpose === "step-up") {
    const user = await services.logto.snapshots.refresh(caller.userId);
    const record = isOwn(user, recipient)
      ? await issueRecord(services, caller, recipient.type, ground)
      : undefined;
    if (!record) throw new Refusal("code_expired");
    return record;
  }
  const { platform, db } = services;
  const expiresAt = platform.now() + verificationLifeMs;
  const proof = { userId: caller.userId, recipient: code.recipient, expiresAt };
  const entry = activityEntry(platform, caller, "identifier.proven", { type: recipient.type });
  const stored = await storeGrant(services, caller, ground, (guard) => [
    db.identifierProofs.save(proof, guard),
    db.activity.insert(entry, guard),
  ]);
  if (!stored) throw new Refusal("code_expired");
  return { proven: true, expiresAt: new Date(expiresAt).toISOString() };
}
