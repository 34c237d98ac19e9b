import { activityEntry } from "../../activity.ts";
import type { Caller } from "../../caller.ts";
import { catalogue } from "../../fields/catalogue.ts";
import type { JsonObject } from "../../json.ts";
import { noticeOf } from "../../notices/notice.ts";
import type { Services } from "../../services.ts";
import { refuseStepUp, requireStepUp } from "../../verification/step-up.ts";
import { storedValue } from "./document.ts";
import { refuseFields } from "./patch.ts";
import { readStoredProfile } from "./stored-profile.ts";

/**
 * Shows business fields unmasked, after step-up and after the reveal is recorded in the activity.
 * @param fields names of business fields.
 * @throws {Refusal} `unknown_field`, `step_up_required`, `data_integrity`.
 */
export async function revealBusiness(
  services: Services,
  caller: Caller,
  { fields, verificationId }: { fields: readonly string[]; verificationId: string | undefined },
): Promise<JsonObject> {
  const found = fields.map((name) =>
    catalogue.find((field) => field.storage === "vault" && field.name === name),
  );
  const unknown = found.flatMap((field, index) =>
    field ? [] : [{ pointer: `/fields/${index}`, code: "unknown_field", message: "is not a business field" }],
  );
  if (unknown.length > 0) refuseFields(unknown, "");
  const { platform, db } = services;
  const stores = await readStoredProfile(services, caller, "refresh");
  const { idHash } = await requireStepUp(services, caller, stores.user, verificationId);
  const entry = activityEntry(platform, caller, "business.revealed", { fields: [...fields] });
  // The entry is stored only while the record is: a change of the password may have ended it meanwhile.
  const guard = { record: idHash, person: caller.personHash };
  const [recorded] = await db.batch([
    db.activity.insert(entry, guard),
    ...(await noticeOf(services, stores.user, "details.revealed", {}, guard)),
  ]);
  if (recorded?.affected !== 1) await refuseStepUp(services, caller, stores.user);
  return Object.fromEntries(
    found.flatMap((field) => (field ? [[field.name, storedValue(stores, field)]] : [])),
  );
}
