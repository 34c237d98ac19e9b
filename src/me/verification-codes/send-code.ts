import { activityEntry } from "../../activity.ts";
import type { Caller } from "../../caller.ts";
import type { Recipient } from "../../logto/codes.ts";
import { UpstreamFailure } from "../../logto/upstream-failure.ts";
import { Refusal } from "../../problem.ts";
import type { Services } from "../../services.ts";
import { requireAcceptedIdentifiers } from "../../verification/accepted-identifiers.ts";
import { chargeOrRefuse, waitFor } from "../../verification/charge.ts";
import { storeGrant } from "../../verification/grants.ts";
import { codeLifeMs, codeSendCharges } from "../../verification/limits.ts";
import { isOwn, recipientHash, requireAddress } from "../../verification/recipient.ts";
import { hasStepUpMethod, requireStepUp, stepUpWaived } from "../../verification/step-up.ts";

export type SentCode = { sentTo: string; expiresAt: string; resendAfter: string };

/**
 * Sends a code to an e-mail address or phone number and binds it to the caller. The answer does not show whether
 * another account has that address.
 * @param recipient in canonical form. One that is not yet the caller's must be a valid address and needs step-up, unless
 *   the caller has nothing by which to step up: they may add a first address.
 * @throws {Refusal} `validation_failed`, `step_up_required`, `too_many_requests`, `upstream_unavailable`.
 */
export async function sendCode(
  services: Services,
  caller: Caller,
  { recipient, verificationId }: { recipient: Recipient; verificationId: string | undefined },
): Promise<SentCode> {
  const { platform, db, logto } = services;
  const ground = await db.credentialEpochs.ground(caller.userId);
  // Fresh: a snapshot may know an address that is the person's no longer.
  const user = await logto.snapshots.refresh(caller.userId);
  const own = isOwn(user, recipient);
  const waived = !own && !hasStepUpMethod(user, caller);
  if (!own) {
    requireAddress(recipient);
    if (recipient.type === "email")
      await requireAcceptedIdentifiers(services, { email: recipient.value }, "/email");
    if (!waived) await requireStepUp(services, caller, user, verificationId);
  }

  const hash = await recipientHash(services, recipient);
  const resendAfter = await sendWithinLimits(services, caller, recipient, hash);

  const sentAt = platform.now();
  const code = {
    recipient: hash,
    id: crypto.randomUUID(),
    userId: caller.userId,
    purpose: own ? "step-up" : "identifier",
    sentAt,
    expiresAt: sentAt + codeLifeMs,
  };
  const detail = { to: recipient.type, purpose: code.purpose, ...(waived ? stepUpWaived : {}) };
  const entry = activityEntry(platform, caller, "code.sent", detail);
  const stored = await storeGrant(services, caller, ground, (guard) => [
    db.verificationCodes.replace(code, guard),
    db.activity.insert(entry, guard),
  ]);
  // The code that is on its way opens nothing: what the person had when they asked for it has changed.
  if (!stored)
    throw new Refusal("too_many_requests", { retryAfter: Math.ceil((resendAfter - platform.now()) / 1000) });
  return {
    sentTo: recipient.value,
    expiresAt: new Date(code.expiresAt).toISOString(),
    resendAfter: new Date(resendAfter).toISOString(),
  };
}

/**
 * Whatever can fail comes before the message, but for storing its code. The charge is given back unless a message may
 * have gone out.
 * @returns when the next message may be sent, epoch ms.
 */
async function sendWithinLimits(services: Services, caller: Caller, recipient: Recipient, hash: string) {
  const { platform, db, logto } = services;
  const charge = await chargeOrRefuse(services, caller, codeSendCharges(hash), "too_many_requests");
  const waitMs = () => waitFor(services, caller, codeSendCharges(hash));
  try {
    const resendAfter = platform.now() + (await waitMs());
    // Logto drops the earlier code when it sends a new one, so the earlier one is dropped here too.
    await db.verificationCodes.delete(hash);
    await logto.codes.send(caller.userId, recipient);
    return resendAfter;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const isUnknown = error instanceof UpstreamFailure && error.sent === "maybe";
    if (!isUnknown) await charge.refund();
    const wait = Math.ceil((await waitMs()) / 1000);
    if (wait <= (error.detail.retryAfter ?? 0)) throw error;
    // A repeat before the limits let it pass would be refused.
    throw new Refusal(error.code, { ...error.detail, retryAfter: wait }, { cause: error });
  }
}
