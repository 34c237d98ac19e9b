/** JSON as data (RFC 8259) and the merge of one document into another (RFC 7396). */

import * as z from "zod";

export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;
export type JsonObject = { [member: string]: JsonValue };

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const objects = z.record(z.string(), z.json());

/** Parses any value as a JSON object. @throws {z.ZodError} for anything else. */
export const jsonObject = (value: unknown): JsonObject => objects.parse(value);

/**
 * JSON Merge Patch: null removes a member, objects merge at every level, anything else replaces.
 * Neither argument is changed.
 * @see RFC 7396, section 2.
 */
export function mergePatch(target: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (!isObject(patch)) return patch;
  const merged = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name);
    else merged.set(name, mergePatch(merged.get(name), value));
  }
  return Object.fromEntries(merged);
}

/** Whether two values are equal as JSON: the order of members does not count, the order of elements does. */
export function equal(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  return canonical(one) === canonical(other);
}

/** Writes equal values as equal text: members are sorted by name. */
export function canonical(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value ?? null);
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`);
  return `{${members.join(",")}}`;
}

/** The JSON pointer (RFC 6901) of a value: the names and indexes that lead to it, each escaped. */
export const jsonPointer = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
