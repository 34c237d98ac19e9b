/** Judges what a patch changes, and nothing else: what is stored stays, whatever today's rules think of it. */
import type * as z from "zod";
import { holdsCardNumber } from "../../fields/card-number.ts";
import type { FieldEntry } from "../../fields/catalogue.ts";
import { isObject, type JsonValue, jsonPointer, mergePatch } from "../../json.ts";
import type { FieldError } from "../../problem.ts";
import { elementsOf, memberOf, newIn } from "./compare.ts";

/** A field before and after a patch. `patch` is all that was sent, `change` the part of it that changes something. */
export type FieldChange = {
  stored: JsonValue;
  patch: JsonValue;
  change: JsonValue;
  after: JsonValue;
};

/** @returns what is wrong with a change of a field; to unset a field is never wrong. */
export function judgeChange(field: FieldEntry, { stored, change, after }: FieldChange): FieldError[] {
  if (change === null) return [];
  const changed = mergePatch(undefined, change);
  const fault = field.faultOfWhole?.(after, stored);
  return [
    ...cardNumbers(field, stored, changed),
    ...invalidValues(field, stored, changed),
    ...(fault === undefined ? [] : [{ pointer: field.pointer, code: "custom", message: fault }]),
  ];
}

/** Removals of members that an object field does not have. The schema finds the other unknown members. */
export function unknownRemovals(field: FieldEntry, { stored, patch }: FieldChange): FieldError[] {
  const { members } = field;
  if (!members || !isObject(patch)) return [];
  return Object.entries(patch)
    .filter(([name, value]) => value === null && !Object.hasOwn(members, name))
    .filter(([name]) => memberOf(stored, name) === undefined)
    .map(([name]) => unknownField(`${field.pointer}${jsonPointer([name])}`));
}

/** The error for a name that the document does not have. */
export const unknownField = (pointer: string): FieldError => ({
  pointer,
  code: "unknown_field",
  message: "is not a field of the profile",
});

function invalidValues(field: FieldEntry, stored: JsonValue, changed: JsonValue): FieldError[] {
  const { error } = field.schema.safeParse(changed);
  if (!error) return [];
  return error.issues
    .filter((issue) => !isStored(stored, changed, issue))
    .flatMap((issue) => fieldErrors(field, issue));
}

/** Whether an issue is about an element that was in the array before, or about a length that has not grown. */
function isStored(stored: JsonValue, changed: JsonValue, { code, path }: z.core.$ZodIssue): boolean {
  if (!Array.isArray(stored) || !Array.isArray(changed)) return false;
  const [index] = path;
  if (index === undefined) return code === "too_big" && changed.length <= stored.length;
  const element = changed[Number(index)];
  return element !== undefined && elementsOf(stored).has(element);
}

function fieldErrors(field: FieldEntry, issue: z.core.$ZodIssue): FieldError[] {
  const at = `${field.pointer}${jsonPointer(issue.path)}`;
  if (issue.code !== "unrecognized_keys") return [{ pointer: at, code: issue.code, message: issue.message }];
  return issue.keys.map((key) => unknownField(`${at}${jsonPointer([key])}`));
}

/** Not checked for card numbers: a code proves these, and a phone number can look like a card number. */
const exempt = new Set(["/primaryEmail", "/primaryPhone"]);

function cardNumbers(field: FieldEntry, stored: JsonValue, changed: JsonValue): FieldError[] {
  if (exempt.has(field.pointer) || !holdsCardNumber(newIn(stored, changed))) return [];
  return [{ pointer: field.pointer, code: "card_number_refused", message: "holds a full card number" }];
}
