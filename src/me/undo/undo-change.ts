import type { FormerRow } from "../../../db/former-values.ts";
import type { Caller } from "../../caller.ts";
import { catalogue } from "../../fields/catalogue.ts";
import { sameValue } from "../../fields/kind.ts";
import { isObject, type JsonObject, type JsonValue } from "../../json.ts";
import { Refusal } from "../../problem.ts";
import type { Services } from "../../services.ts";
import { requireStepUp } from "../../verification/step-up.ts";
import { valueAt } from "../profile/document.ts";
import { entityTag } from "../profile/entity-tag.ts";
import { openFormerValues } from "../profile/former-values.ts";
import { readStoredProfile } from "../profile/stored-profile.ts";
import { updateProfile } from "../profile/update-profile.ts";
import { restoreIdentifier, type Undone } from "./restore-identifier.ts";

type UndoInput = {
  /** Of `listUndo`. */
  ref: string;
  verificationId: string | undefined;
};

/** A change that comes between the look at the fields and the write is looked at once more. */
const longestRuns = 3;

/**
 * Puts back what one change of the caller's has replaced. An identifier is put back whatever it is now, and ends all other
 * sign-ins; other fields only while nothing has changed them since.
 * @throws {Refusal} `not_found` where it cannot be undone any more; `changed_since`; `step_up_required`; as
 *   `restoreIdentifier` and `updateProfile`.
 */
export async function undoChange(
  services: Services,
  caller: Caller,
  { ref, verificationId }: UndoInput,
): Promise<Undone> {
  const find = () => services.db.formerValues.find(caller.userId, ref, services.platform.now());
  const row = await find();
  if (!row) throw new Refusal("not_found");
  if (row.kind === "identifier")
    return restoreIdentifier(services, caller, {
      find,
      requireRight: (user) => requireStepUp(services, caller, user, verificationId),
      method: "step_up",
    });
  for (let run = 1; ; run++) {
    try {
      return await putFieldsBack(services, caller, row, verificationId);
    } catch (error) {
      const isLate = error instanceof Refusal && error.code === "version_conflict";
      if (!isLate || run === longestRuns) throw error;
    }
  }
}

async function putFieldsBack(
  services: Services,
  caller: Caller,
  row: FormerRow,
  verificationId: string | undefined,
): Promise<Undone> {
  const stores = await readStoredProfile(services, caller, "refresh");
  const { before, after } = await openFormerValues(services, row);
  const place: JsonObject = { ...stores.user, business: stores.business };
  const isAsLeft = row.fields.every((pointer) =>
    sameValue(kindAt(pointer), valueAt(place, pointer), after[pointer] ?? null),
  );
  if (!isAsLeft) throw new Refusal("changed_since");
  const patch: JsonObject = {};
  for (const pointer of row.fields)
    setAt(patch, pointer, replacing(valueAt(place, pointer), before[pointer] ?? null));
  const ifMatch = await entityTag(services.platform.digests, stores);
  await updateProfile(services, caller, { patch, ifMatch, verificationId, undone: row.id });
  return { fields: [...row.fields], revokedSessions: 0 };
}

const kindAt = (pointer: string) => catalogue.find((field) => field.pointer === pointer) ?? {};

/** The pointer of a field has one name, or that of a group and its own. */
function setAt(patch: JsonObject, pointer: string, value: JsonValue): void {
  const [first = "", second] = pointer.split("/").slice(1);
  const group = patch[first];
  patch[first] = second === undefined ? value : { ...(isObject(group) ? group : {}), [second]: value };
}

/** A merge patch that leaves exactly `value` where `current` is. */
function replacing(current: JsonValue, value: JsonValue): JsonValue {
  if (!isObject(current) || !isObject(value)) return value;
  const removed = Object.keys(current).map((name) => [name, null] as const);
  return { ...Object.fromEntries(removed), ...value };
}
