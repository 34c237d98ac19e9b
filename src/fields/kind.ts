/** What a kind of value is: which values it takes, and one canonical form for all spellings of a value. */
import * as z from "zod";
import { equal, isObject, type JsonValue, mergePatch } from "../json.ts";

/** How a form asks for a value. */
export type Control =
  | "text"
  | "lines"
  | "email"
  | "phone"
  | "url"
  | "username"
  | "digits"
  | "day"
  | "birthdate"
  | "address"
  | "timeZone"
  | "language";

export type Kind = {
  /** Judges a value that is in canonical form. `null` unsets a value and never reaches the schema. */
  schema: z.ZodType<JsonValue>;
  /**
   * Brings every spelling of a value to its canonical form, in which it is compared and stored; `null` where the
   * spelling means unset. It never throws: a value that has no such form stays as it is. Default: every value does.
   */
  canonical?: (value: JsonValue) => JsonValue;
  /** The members of an object. Default: the value is no object, or its members have any names. */
  members?: Record<string, Kind>;
  /**
   * Judges an object as a whole after a change. The schema sees only the members that the change touches.
   * @returns what is wrong; undefined if nothing is. Default: nothing ever is.
   */
  faultOfWhole?: (after: JsonValue, before: JsonValue) => string | undefined;
  /** Default: what the schema suggests; a value that is no text, boolean or choice is shown and not asked for. */
  control?: Control;
};

/**
 * A kind of text. The empty text unsets it, as it does in a form and at Logto.
 * @param form the canonical form of a text that is not empty. Default: the text itself.
 */
export const textKind = (
  schema: z.ZodType<JsonValue>,
  form: (text: string) => string = (text) => text,
): Kind => ({
  schema,
  control: "text",
  canonical: (value) => {
    if (typeof value !== "string") return value;
    return value === "" ? null : form(value);
  },
});

/** The same kind, for which a form asks in another way. */
export const askedAs = (control: Control, kind: Kind): Kind => ({ ...kind, control });

/** A kind of object: each of these members may be there or not, and no other. */
export const objectKind = (members: Record<string, Kind>): Kind => ({
  members,
  schema: z.strictObject(
    Object.fromEntries(Object.entries(members).map(([name, { schema }]) => [name, schema.exactOptional()])),
  ),
  canonical: (value) => {
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => {
        const kind = Object.hasOwn(members, name) ? members[name] : undefined;
        return [name, kind ? canonicalPatch(kind, member) : member];
      }),
    );
  },
});

/** A merge patch (RFC 7396) of a value in canonical form: `null` where it unsets, at every level. */
export const canonicalPatch = ({ canonical }: Pick<Kind, "canonical">, patch: JsonValue): JsonValue =>
  canonical && patch !== null ? canonical(patch) : patch;

/** A whole value in canonical form: `null` where it is unset, and a member that is unset is absent. */
export const canonicalValue = (kind: Pick<Kind, "canonical">, value: JsonValue): JsonValue =>
  kind.canonical ? mergePatch(undefined, canonicalPatch(kind, value)) : value;

/** Whether two values of a kind are spellings of one value. */
export const sameValue = (kind: Pick<Kind, "canonical">, one: JsonValue, other: JsonValue): boolean =>
  equal(canonicalValue(kind, one), canonicalValue(kind, other));
