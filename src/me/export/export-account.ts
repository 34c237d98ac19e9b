import { activityEntry } from "../../activity.ts";
import type { Caller } from "../../caller.ts";
import { noticeOf } from "../../notices/notice.ts";
import type { Services } from "../../services.ts";
import { chargeOrRefuse } from "../../verification/charge.ts";
import { exportCharges } from "../../verification/limits.ts";
import { refuseStepUp, requireStepUp } from "../../verification/step-up.ts";
import { readStoredProfile } from "../profile/stored-profile.ts";
import { readEntries } from "./read-entries.ts";
import { readHeld } from "./read-held.ts";
import type { ExportedEntry, ExportedProof, Held } from "./schema.ts";

export type AccountExport = {
  held: Held;
  /** Reads the activity, the oldest first, and then what its seals say; as often as it is called. */
  entries(): AsyncGenerator<ExportedEntry[], ExportedProof>;
  /** Gives the export of this hour back, where it could not be read to its end. */
  refund(): Promise<void>;
};

/**
 * Hands out everything that is held about the caller, unmasked, once an hour: after step-up, and after the export is
 * recorded in the activity. Whatever Logto has to say is read before this returns; only the activity is left to read.
 * @throws {Refusal} `step_up_required`, `too_many_requests`, `data_integrity`, and what the stores throw.
 */
export async function exportAccount(
  services: Services,
  caller: Caller,
  { verificationId }: { verificationId: string | undefined },
): Promise<AccountExport> {
  const { platform, db } = services;
  const stores = await readStoredProfile(services, caller, "refresh");
  const { idHash } = await requireStepUp(services, caller, stores.user, verificationId);
  const { refund } = await chargeOrRefuse(services, caller, exportCharges, "too_many_requests");
  try {
    const held = await readHeld(services, caller, stores);
    const entry = activityEntry(platform, caller, "account.exported");
    // The entry is stored only while the record is: a change of the password may have ended it meanwhile.
    const guard = { record: idHash, person: caller.personHash };
    const [recorded] = await db.batch([
      db.activity.insert(entry, guard),
      ...(await noticeOf(services, stores.user, "export.made", {}, guard)),
    ]);
    if (recorded?.affected !== 1) await refuseStepUp(services, caller, stores.user);
    return { held, entries: () => readEntries(services, caller.userId, entry.id), refund };
  } catch (error) {
    await refund();
    throw error;
  }
}
