/** Turns a merge patch into the fields that it touches, and checks what needs no stored value. */
import type * as z from "zod";
import { holdsCardNumber } from "../../fields/card-number.ts";
import { catalogue, type FieldEntry, groupOf } from "../../fields/catalogue.ts";
import { canonicalValue } from "../../fields/kind.ts";
import { isObject, type JsonObject, type JsonValue, jsonPointer } from "../../json.ts";
import { type FieldError, type ProblemCode, Refusal } from "../../problem.ts";

/** One field that a patch touches; `patch` is merged into the stored value (RFC 7396). */
export type Change = { field: FieldEntry; patch: JsonValue };

/** Members of the document that are shown and never written. */
const readOnlyMembers = new Set(["hasPassword", "createdAt", "updatedAt", "lastSignInAt"]);
const groups: ReadonlySet<string> = new Set(Object.values(groupOf).filter((group) => group !== undefined));
const fieldAt = new Map(catalogue.map((field) => [field.pointer, field]));

/** The first of these codes among several errors becomes the code of the refusal. */
const precedence = [
  "unknown_field",
  "read_only_field",
  "card_number_refused",
] as const satisfies ProblemCode[];

/**
 * Throws one refusal that lists all the errors.
 * @param prefix is removed from every pointer.
 */
export function refuseFields(errors: readonly FieldError[], prefix: string): never {
  const code = precedence.find((candidate) => errors.some((error) => error.code === candidate));
  throw new Refusal(code ?? "validation_failed", {
    errors: errors.map((error) => ({ ...error, pointer: error.pointer.slice(prefix.length) })),
  });
}

/**
 * Lists the fields that a patch of the whole document touches.
 * @param prefix is removed from the pointers of errors: `/customData` where the body was that group alone.
 * @throws {Refusal} `unknown_field`, `read_only_field`, `card_number_refused`, `validation_failed`.
 */
export function changesOf(body: JsonObject, prefix = ""): Change[] {
  const errors: FieldError[] = [];
  const changes = Object.entries(body).flatMap(([name, value]) => {
    if (!groups.has(name)) return changeAt(jsonPointer([name]), value, errors);
    if (value === null) return removalsIn(name);
    if (isObject(value)) {
      return Object.entries(value).flatMap(([member, patch]) =>
        changeAt(jsonPointer([name, member]), patch, errors),
      );
    }
    errors.push({ pointer: `/${name}`, code: "invalid_type", message: "must be an object" });
    return [];
  });
  errors.push(...changes.flatMap(({ field, patch }) => cardNumbers(field, patch)));
  errors.push(
    ...changes.flatMap(({ field, patch }) => (isObject(patch) ? [] : parseValue(field, patch).errors)),
  );
  if (errors.length > 0) refuseFields(errors, prefix);
  return changes;
}

function changeAt(pointer: string, patch: JsonValue, errors: FieldError[]): Change[] {
  const field = fieldAt.get(pointer);
  if (field && !field.readOnly) return [{ field, patch }];
  if (field || readOnlyMembers.has(pointer.slice(1))) {
    errors.push({ pointer, code: "read_only_field", message: "cannot be changed here" });
  } else {
    errors.push({ pointer, code: "unknown_field", message: "is not a field of the profile" });
  }
  return [];
}

const removalsIn = (group: string): Change[] =>
  catalogue
    .filter((field) => groupOf[field.storage] === group && !field.readOnly)
    .map((field) => ({ field, patch: null }));

/** Brings a value to its canonical form and validates that. `null` unsets a field and is always valid. */
export function parseValue(field: FieldEntry, given: JsonValue): { value: JsonValue; errors: FieldError[] } {
  const value = canonicalValue(field, given);
  if (value === null) return { value, errors: [] };
  const parsed = field.schema.safeParse(value);
  if (parsed.success) return { value: parsed.data, errors: [] };
  return { value, errors: parsed.error.issues.flatMap((issue) => fieldErrors(field, issue)) };
}

function fieldErrors(field: FieldEntry, issue: z.core.$ZodIssue): FieldError[] {
  const at = `${field.pointer}${jsonPointer(issue.path)}`;
  if (issue.code !== "unrecognized_keys") return [{ pointer: at, code: issue.code, message: issue.message }];
  return issue.keys.map((key) => ({
    pointer: `${at}${jsonPointer([key])}`,
    code: "unknown_field",
    message: "is not a field of the profile",
  }));
}

/** Not checked for card numbers: a code proves these, and a phone number can look like a card number. */
const exempt = new Set(["/primaryEmail", "/primaryPhone"]);

function cardNumbers(field: FieldEntry, value: JsonValue): FieldError[] {
  if (exempt.has(field.pointer) || !holdsCardNumber(value)) return [];
  return [{ pointer: field.pointer, code: "card_number_refused", message: "holds a full card number" }];
}
