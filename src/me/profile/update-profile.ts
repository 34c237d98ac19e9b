/** Changes the profile. Everything is decided before anything is written. */

import type { Caller } from "../../caller.ts";
import { groupOf, type Storage } from "../../fields/catalogue.ts";
import { withWriteLock } from "../../journal/write-lock.ts";
import type { JsonObject } from "../../json.ts";
import { Refusal } from "../../problem.ts";
import type { Services } from "../../services.ts";
import { requireAcceptedIdentifiers } from "../../verification/accepted-identifiers.ts";
import { requireProofs } from "../../verification/proofs.ts";
import { findStepUp, hasStepUpMethod, refuseStepUp } from "../../verification/step-up.ts";
import type { StoredProfile } from "./document.ts";
import { entityTag, namesTag } from "./entity-tag.ts";
import { membersOf } from "./patch.ts";
import { planUpdate } from "./plan.ts";
import { readStoredProfile } from "./stored-profile.ts";
import { writeStores } from "./write-stores.ts";

export type UpdateInput = {
  /** A merge patch (RFC 7396). */
  patch: JsonObject;
  /** The storage of the group that the patch is for. Default: it is for the whole document. */
  group?: Storage | undefined;
  /** Names tags of that group, or of the document. */
  ifMatch?: string | undefined;
  verificationId?: string | undefined;
  /** The id of the former values that the patch puts back: it is recorded as an undo, and they are gone with it. */
  undone?: string | undefined;
};

/**
 * Applies a merge patch to the profile, in whichever stores its fields are.
 * @returns what the stores hold afterwards.
 * @throws {Refusal} every refusal of the input; `version_conflict`, `step_up_required`, `identifier_unproven`,
 *   `identifier_taken`, `last_identifier`; `outcome_unknown` when it is not known whether Logto wrote.
 */
export async function updateProfile(
  services: Services,
  caller: Caller,
  input: UpdateInput,
): Promise<StoredProfile> {
  const { patch, group, ifMatch, verificationId, undone } = input;
  const member = group && groupOf[group];
  const prefix = member === undefined ? "" : `/${member}`;
  const named = membersOf(member === undefined ? patch : { [member]: patch }, prefix);
  return withWriteLock(services, caller, async (lock) => {
    // Fresh even for a change of the vault alone: nothing is stored for a user who no longer exists.
    const stores = await readStoredProfile(services, caller, "refresh");
    if (
      ifMatch !== undefined &&
      !namesTag(ifMatch, await entityTag(services.platform.digests, stores, group))
    )
      throw new Refusal("version_conflict");
    const record = await findStepUp(services, caller, verificationId);
    const canStepUp = hasStepUpMethod(stores.user, caller);
    const plan = planUpdate(stores, named, { steppedUp: record !== undefined, canStepUp, prefix });
    await requireAcceptedIdentifiers(services, { username: plan.newUsername, email: plan.newEmail });
    if (plan.needsStepUp && !record) await refuseStepUp(services, caller, stores.user);
    if (plan.changed.length === 0) return stores;
    await requireProofs(services, caller, plan);
    return writeStores(services, caller, lock, { stores, plan, undone });
  });
}
