import { recordActivity } from "../../activity.ts";
import type { Caller } from "../../caller.ts";
import { UpstreamFailure } from "../../logto/upstream-failure.ts";
import { Refusal } from "../../problem.ts";
import type { Services } from "../../services.ts";
import { chargeOrRefuse } from "../../verification/charge.ts";
import { passwordCharges } from "../../verification/limits.ts";
import { type IssuedRecord, issueRecord } from "../../verification/step-up.ts";

/** A password that was changed while it was checked is checked once more; who changes it all the time may try again. */
const longestChecks = 2;

/**
 * Checks the caller's password and issues a step-up record.
 * @param password as it was typed; its NFC and NFD forms are tried too, as one attempt. 1 to 256 UTF-16 units.
 * @throws {Refusal} `password_incorrect`, also for a person without a password; `too_many_attempts`.
 */
export async function verifyPassword(
  services: Services,
  caller: Caller,
  password: string,
): Promise<IssuedRecord> {
  const { db, logto } = services;
  await logto.snapshots.get(caller.userId);
  const charge = await chargeOrRefuse(services, caller, passwordCharges, "too_many_attempts");
  for (let checks = 1; checks <= longestChecks; checks++) {
    const ground = await db.credentialEpochs.ground(caller.userId);
    if (!(await isRight(services, caller, password, charge.refund))) {
      await db.batch([recordActivity(services, caller, "step_up.refused", { method: "password" })]);
      throw new Refusal("password_incorrect");
    }
    const record = await issueRecord(services, caller, "password", ground);
    if (record) {
      await charge.refund();
      return record;
    }
  }
  throw new Refusal("storage_unavailable", { retryAfter: 1 });
}

/** Logto hashes what was typed, and a keyboard may type either normal form of one password. */
async function isRight(
  { logto }: Services,
  { userId }: Caller,
  password: string,
  refund: () => Promise<void>,
): Promise<boolean> {
  const forms = new Set([password, password.normalize("NFC"), password.normalize("NFD")]);
  let evaluated = false;
  try {
    for (const form of forms) {
      if (await logto.users.verifyPassword(userId, form)) return true;
      evaluated = true;
    }
    return false;
  } catch (error) {
    if (!evaluated && error instanceof UpstreamFailure && error.sent === "no") await refund();
    throw error;
  }
}
