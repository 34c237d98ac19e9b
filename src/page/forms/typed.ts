/** What stands in the inputs of a form: from a stored value to inputs, and from inputs to a value. */
import type { FieldEntry } from "../../fields/catalogue.ts";
import { isObject, type JsonValue } from "../../json.ts";
import type { Language } from "../messages/messages.ts";
import { controlOf, inputName, membersOf } from "./controls.ts";
import { envelope } from "./countries.ts";

/** Text by the name of its input. */
export type Typed = Readonly<Record<string, string>>;

const dayParts = ["day", "month", "year"] as const;
const addressParts = ["country", "streetAddress", "postalCode", "locality", "region"] as const;

/** The names of a field's inputs. */
export function inputNames(field: FieldEntry): string[] {
  const name = inputName(field);
  switch (controlOf(field)) {
    case "day":
    case "birthdate":
      return dayParts.map((part) => `${name}.${part}`);
    case "address":
      return addressParts.map((part) => `${name}.${part}`);
    case "list":
      return membersOf(field).map((member) => `${name}.${member}`);
    case "none":
      return [];
    default:
      return [name];
  }
}

/** The inputs of a field that holds a value. What is masked stays out of forms. */
function typedOf(field: FieldEntry, value: JsonValue): Typed {
  const name = inputName(field);
  switch (controlOf(field)) {
    case "none":
    case "list":
      return {};
    case "checkbox":
      return { [name]: value === true ? "on" : "" };
    case "day":
    case "birthdate":
      return prefixed(name, dayTyped(value));
    case "address":
      return prefixed(
        name,
        Object.fromEntries(addressParts.map((part) => [part, isObject(value) ? textOf(value[part]) : ""])),
      );
    case "phone":
      return { [name]: typeof value === "string" && value !== "" ? `+${value}` : "" };
    default:
      return { [name]: field.mask ? "" : textOf(value) };
  }
}

/** The inputs of several fields. @param storedOf what is stored of a field. */
export const typedOfAll = (
  fields: readonly FieldEntry[],
  storedOf: (field: FieldEntry) => JsonValue,
): Typed => Object.assign({}, ...fields.map((field) => typedOf(field, storedOf(field))));

/** What a form sends for these fields. */
export const typedIn = (form: Typed, fields: readonly FieldEntry[]): Typed =>
  Object.fromEntries(
    fields.flatMap(inputNames).map((name) => [name, (form[name] ?? "").replaceAll("\r\n", "\n")]),
  );

/**
 * The value that the inputs of a field stand for, as a merge patch takes it: `""` and `null` unset it.
 * @param touched whether an input differs from what the form showed at first; the others are left alone.
 */
export function patchOf(
  field: FieldEntry,
  typed: Typed,
  touched: (name: string) => boolean,
  language: Language,
): JsonValue {
  const name = inputName(field);
  const at = (part: string) => (typed[`${name}.${part}`] ?? "").trim();
  switch (controlOf(field)) {
    case "checkbox":
      return typed[name] === "on";
    case "day":
    case "birthdate":
      return dayOf({ day: at("day"), month: at("month"), year: at("year") });
    case "address":
      return addressPatch(name, at, touched, language);
    default:
      return typed[name] ?? "";
  }
}

function addressPatch(
  name: string,
  at: (part: string) => string,
  touched: (name: string) => boolean,
  language: Language,
): JsonValue {
  const members = Object.fromEntries(addressParts.map((part) => [part, at(part)]));
  // A country alone is no address: the form names one before anything is typed.
  if (addressParts.every((part) => part === "country" || at(part) === "")) return null;
  const changed = Object.entries(members).filter(([part]) => touched(`${name}.${part}`));
  return { ...Object.fromEntries(changed), formatted: envelope(language, members) };
}

const textOf = (value: JsonValue | undefined) => (typeof value === "string" ? value : "");

const prefixed = (name: string, parts: Typed): Typed =>
  Object.fromEntries(Object.entries(parts).map(([part, text]) => [`${name}.${part}`, text]));

/** The parts of `YYYY-MM-DD`, `0000-MM-DD` and `YYYY`, without zeros in front. */
function dayTyped(value: JsonValue): Typed {
  const [, year = "", month = "", day = ""] = /^(\d{4})(?:-(\d{2})-(\d{2}))?$/.exec(textOf(value)) ?? [];
  const plain = (digits: string) => digits.replace(/^0+/, "");
  return { day: plain(day), month: plain(month), year: plain(year) };
}

/** The inverse. What is no day is handed on as it was typed, for the schema to refuse. */
function dayOf({ day, month, year }: Record<(typeof dayParts)[number], string>): string {
  if (day === "" && month === "") return year;
  return [year.padStart(4, "0"), month.padStart(2, "0"), day.padStart(2, "0")].join("-");
}
