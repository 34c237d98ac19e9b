/** Compares a patch with what is stored, before anything of it is judged: what is equal is no change. */
import { canonical, equal, isObject, type JsonValue } from "../../json.ts";

/**
 * Finds what a merge patch (RFC 7396) changes.
 * @param stored a value in canonical form; null or undefined if nothing is stored.
 * @param patch in canonical form.
 * @returns the part of the patch that changes something; undefined if nothing does.
 */
export function changeIn(stored: JsonValue | undefined, patch: JsonValue): JsonValue | undefined {
  if (!isObject(patch)) return equal(stored, patch) ? undefined : patch;
  const members = Object.entries(patch).flatMap(([name, member]) => {
    const change = changeIn(memberOf(stored, name), member);
    return change === undefined ? [] : [[name, change] as const];
  });
  // A patch that is an object makes an object of whatever was there.
  return members.length === 0 && isObject(stored) ? undefined : Object.fromEntries(members);
}

/** The member of a stored object; undefined if it has no such member of its own, or if nothing is stored. */
export const memberOf = (stored: JsonValue | undefined, name: string): JsonValue | undefined =>
  isObject(stored) && Object.hasOwn(stored, name) ? stored[name] : undefined;

/** Elements of a stored array, for questions whether an element was there before. */
export function elementsOf(stored: JsonValue | undefined): { has(element: JsonValue): boolean } {
  const known = new Set(Array.isArray(stored) ? stored.map(canonical) : []);
  return { has: (element) => known.has(canonical(element)) };
}

/** Everything in a value that is not stored at the same place: new names, new values, new elements of an array. */
export function newIn(stored: JsonValue | undefined, value: JsonValue): JsonValue[] {
  if (Array.isArray(value)) {
    const known = elementsOf(stored);
    return value.filter((element) => !known.has(element));
  }
  if (!isObject(value)) return equal(stored, value) ? [] : [value];
  return Object.entries(value).flatMap(([name, member]) => {
    const before = memberOf(stored, name);
    return before === undefined ? [name, member] : newIn(before, member);
  });
}
