import type { VerificationCode } from "../../db/verification-codes.ts";
import { activityEntry } from "../activity/entry.ts";
import type { Caller, Services } from "../context.ts";
import type { CodeCheck, Recipient } from "../logto/codes.ts";
import { UpstreamFailure } from "../logto/upstream-failure.ts";
import { Refusal } from "../problem.ts";
import { chargeOrRefuse } from "./charge.ts";
import { codeCheckCharges, maxTriesPerCode, verificationLifeMs } from "./limits.ts";
import { recipientHash } from "./recipient.ts";
import { type IssuedRecord, issueRecord } from "./step-up.ts";

/** A step-up record for an address the person has; a proof for one they want to have. */
export type VerifiedCode = IssuedRecord | { proven: true; expiresAt: string };

/**
 * Verifies a code that this caller asked for, at this address.
 * @throws {Refusal} `code_incorrect` with `attemptsLeft`, `code_expired` (nobody's live code, or somebody else's),
 *   `too_many_attempts`.
 */
export async function verifyCode(
  services: Services,
  caller: Caller,
  { recipient, verificationCode }: { recipient: Recipient; verificationCode: string },
): Promise<VerifiedCode> {
  const { platform, verificationCodes } = services;
  await services.snapshots.get(caller.userId);
  const hash = await recipientHash(services, recipient);
  const charge = await chargeOrRefuse(services, caller, codeCheckCharges, "too_many_attempts");
  const code = await verificationCodes.charge(hash, caller.userId, platform.now(), maxTriesPerCode);
  if (!code) {
    await charge.refund();
    throw await refusalWithoutTry(services, caller, hash);
  }
  const refund = async () => {
    await Promise.all([charge.refund(), verificationCodes.refund(code.id)]);
  };
  const outcome = await checkUpstream(services, recipient, verificationCode, refund);
  if (outcome === "mismatch") {
    throw new Refusal("code_incorrect", { attemptsLeft: maxTriesPerCode - code.tries });
  }
  if (outcome === "expired" || !(await verificationCodes.consume(code.id))) throw new Refusal("code_expired");
  await charge.refund();
  return grant(services, caller, recipient, code);
}

/** Nothing was evaluated: either there is no live code of this person's, or its tries are used up. */
async function refusalWithoutTry(
  { verificationCodes, platform }: Services,
  { userId }: Caller,
  hash: string,
) {
  const dead = await verificationCodes.find(hash, userId, platform.now());
  if (!dead) return new Refusal("code_expired");
  const retryAfter = Math.max(1, Math.ceil((dead.expiresAt - platform.now()) / 1000));
  return new Refusal("too_many_attempts", { retryAfter });
}

async function checkUpstream(
  { codes }: Services,
  recipient: Recipient,
  verificationCode: string,
  refund: () => Promise<void>,
): Promise<CodeCheck> {
  try {
    return await codes.verify(recipient, verificationCode);
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
  const { activity, database, platform, identifierProofs } = services;
  const expiresAt = platform.now() + verificationLifeMs;
  await database.batch([
    identifierProofs.save({ userId: caller.userId, recipient, expiresAt }),
    activity.insert(activityEntry(platform, caller, "identifier.proven", { type })),
  ]);
  return { proven: true, expiresAt: new Date(expiresAt).toISOString() };
}
