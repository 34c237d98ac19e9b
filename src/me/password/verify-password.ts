import { activityEntry } from "../../activity.ts";
import type { Caller } from "../../caller.ts";
import { UpstreamFailure } from "../../logto/upstream-failure.ts";
import { Refusal } from "../../problem.ts";
import type { Services } from "../../services.ts";
import { chargeOrRefuse } from "../../verification/charge.ts";
import { passwordCharges } from "../../verification/limits.ts";
import { type IssuedRecord, issueRecord } from "../../verification/step-up.ts";

/**
 * Checks the caller's password and issues a step-up record.
 * @param password 1 to 256 code points in any Unicode form; it is normalised to NFC here.
 * @throws {Refusal} `password_incorrect`, also for a person without a password; `too_many_attempts`.
 */
export async function verifyPassword(
  services: Services,
  caller: Caller,
  password: string,
): Promise<IssuedRecord> {
  const { platform, db, logto } = services;
  await logto.snapshots.get(caller.userId);
  const charge = await chargeOrRefuse(services, caller, passwordCharges, "too_many_attempts");
  let right: boolean;
  try {
    right = await logto.users.verifyPassword(caller.userId, password.normalize("NFC"));
  } catch (error) {
    if (error instanceof UpstreamFailure && error.sent === "no") await charge.refund();
    throw error;
  }
  if (!right) {
    await db.batch([
      db.activity.insert(activityEntry(platform, caller, "step_up.refused", { method: "password" })),
    ]);
    throw new Refusal("password_incorrect");
  }
  await charge.refund();
  return issueRecord(services, caller, "password");
}
