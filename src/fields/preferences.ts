import * as z from "zod";
import { isObject, type JsonValue } from "../json.ts";
import type { Kind } from "./kind.ts";

/** The longest preferences, in characters of their JSON. */
const maxLength = 16_384;
/** The same for preferences that were longer already: somebody else stored them, and they must still be of use. */
const maxLengthOfLonger = 65_536;

const lengthOf = (value: JsonValue) => JSON.stringify(value).length;

function faultOfWhole(after: JsonValue, before: JsonValue): string | undefined {
  const stored = lengthOf(before);
  const limit = stored > maxLength ? Math.max(stored, maxLengthOfLonger) : maxLength;
  return lengthOf(after) > limit ? "is too large" : undefined;
}

/** Whether a merge without care could change the prototype of every object, in whatever reads the value later. */
function reachesPrototype(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.some(reachesPrototype);
  if (!isObject(value)) return false;
  return Object.entries(value).some(
    ([name, member]) =>
      (name === "constructor" && isObject(member) && Object.hasOwn(member, "prototype")) ||
      reachesPrototype(member),
  );
}

/** A JSON object in which a page keeps whatever it needs; an empty text in it is a value like any other. */
export const preferences: Kind = {
  schema: z
    .record(z.string().min(1).max(128), z.json())
    .refine((value) => lengthOf(value) <= maxLength, "is too large")
    .refine((value) => !reachesPrototype(value), "must not name a constructor's prototype"),
  faultOfWhole,
};
