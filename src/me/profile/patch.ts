/** Turns a merge patch into the fields that it names. Nothing is judged yet: that takes what is stored. */
import { catalogue, type FieldEntry, groupOf } from "../../fields/catalogue.ts";
import { isObject, type JsonObject, type JsonValue, jsonPointer } from "../../json.ts";
import { type FieldError, Refusal } from "../../problem.ts";
import type { ProblemCode } from "../../problem-codes.ts";
import { factNames } from "./document.ts";
import { unknownField } from "./judge.ts";

/** One field that a patch names; `patch` is merged into the stored value (RFC 7396). */
export type Change = { field: FieldEntry; patch: JsonValue };

/** What a patch of the whole document names. */
export type NamedMembers = {
  changes: Change[];
  /** Members that are shown and never written, as they were sent. */
  facts: { name: string; value: JsonValue }[];
};

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
 * Lists what a patch of the whole document names.
 * @param prefix is removed from the pointers of errors: `/customData` where the body was that group alone.
 * @throws {Refusal} `unknown_field`; `validation_failed` for a group that is no object.
 */
export function membersOf(body: JsonObject, prefix = ""): NamedMembers {
  const errors: FieldError[] = [];
  const facts = Object.entries(body)
    .filter(([name]) => factNames.has(name))
    .map(([name, value]) => ({ name, value }));
  const changes = Object.entries(body)
    .filter(([name]) => !factNames.has(name))
    .flatMap(([name, value]) => {
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
  if (errors.length > 0) refuseFields(errors, prefix);
  return { changes, facts };
}

function changeAt(pointer: string, patch: JsonValue, errors: FieldError[]): Change[] {
  const field = fieldAt.get(pointer);
  if (field) return [{ field, patch }];
  errors.push(unknownField(pointer));
  return [];
}

const removalsIn = (group: string): Change[] =>
  catalogue
    .filter((field) => groupOf[field.storage] === group && !field.readOnly)
    .map((field) => ({ field, patch: null }));
