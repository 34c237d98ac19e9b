import { activityEntry } from "../../activity.ts";
import type { Caller } from "../../caller.ts";
import type { Recipient } from "../../logto/codes.ts";
import { UpstreamFailure } from "../../logto/upstream-failure.ts";
import type { Services } from "../../services.ts";
import { requireAcceptedIdentifiers } from "../../verification/accepted-identifiers.ts";
import { chargeOrRefuse } from "../../verification/charge.ts";
import { codeLifeMs, codeSendCharges, resendAfterMs } from "../../verification/limits.ts";
import { isOwn, recipientHash, requireAddress } from "../../verification/recipient.ts";
import { requireStepUp } from "../../verification/step-up.ts";

export type SentCode = { sentTo: string; expiresAt: string; resendAfter: string };

/**
 * Sends a code to an e-mail address or phone number and binds it to the caller. The answer does not show whether
 * another account has that address.
 * @param recipient in canonical form. One that is not yet the caller's must be a valid address and needs step-up.
 * @throws {Refusal} `validation_failed`, `step_up_required`, `too_many_requests`, `upstream_unavailable`.
 */
export async function sendCode(
  services: Services,
  caller: Caller,
  { recipient, verificationId }: { recipient: Recipient; verificationId: string | undefined },
): Promise<SentCode> {
  const { platform, db, logto } = services;
  const user = await logto.snapshots.get(caller.userId);
  const own = isOwn(user, recipient);
  if (!own) {
    requireAddress(recipient);
    if (recipient.type === "email")
      await requireAcceptedIdentifiers(services, { email: recipient.value }, "/email");
    await requireStepUp(services, caller, user, verificationId);
  }

  const hash = await recipientHash(services, recipient);
  const charge = await chargeOrRefuse(services, caller, codeSendCharges(hash), "too_many_requests");
  try {
    // Logto drops the earlier code when it sends a new one, so the earlier one is dropped here too.
    await db.verificationCodes.delete(hash);
    await logto.codes.send(recipient);
  } catch (error) {
    if (error instanceof UpstreamFailure && error.sent === "no") await charge.refund();
    throw error;
  }

  const sentAt = platform.now();
  const expiresAt = sentAt + codeLifeMs;
  const purpose = own ? "step-up" : "identifier";
  await db.batch([
    db.verificationCodes.replace({
      recipient: hash,
      id: crypto.randomUUID(),
      userId: caller.userId,
      purpose,
      sentAt,
      expiresAt,
    }),
    db.activity.insert(activityEntry(platform, caller, "code.sent", { to: recipient.type, purpose })),
  ]);
  return {
    sentTo: recipient.value,
    expiresAt: new Date(expiresAt).toISOString(),
    resendAfter: new Date(sentAt + resendAfterMs).toISOString(),
  };
}
