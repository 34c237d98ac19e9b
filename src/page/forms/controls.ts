/** Which fields stand on which page, and how each is asked for: from the catalogue. */
import * as z from "zod";
import { catalogue, type FieldEntry } from "../../fields/catalogue.ts";
import type { Control } from "../../fields/kind.ts";
import type { MessageKey, Translate } from "../messages/messages.ts";

/** Beside the controls of the catalogue: what a schema suggests by itself, and values that are shown only. */
export type FormControl = Control | "checkbox" | "choice" | "list" | "none";

export function controlOf(field: FieldEntry): FormControl {
  const { control, schema, readOnly } = field;
  if (readOnly) return "none";
  if (control) return control;
  switch (schema.def.type) {
    case "boolean":
      return "checkbox";
    case "enum":
      return "choice";
    case "string":
      return "text";
    case "array":
      return membersOf(field).length > 0 ? "list" : "none";
    default:
      return "none";
  }
}

/** What each element of a list holds: the names of its members, in their order. */
export const membersOf = ({ schema }: FieldEntry): string[] =>
  schema instanceof z.ZodArray && schema.element instanceof z.ZodObject
    ? Object.keys(schema.element.shape)
    : [];

/** What a choice offers. */
export const choicesOf = ({ schema }: FieldEntry): string[] =>
  "options" in schema && Array.isArray(schema.options) ? schema.options.map(String) : [];

/** The name of the field's inputs. */
export const inputName = ({ pointer }: Pick<FieldEntry, "pointer">): string =>
  pointer.slice(1).replaceAll("/", ".");

/** The `id` of an input, which its label and its fault name. */
export const inputId = (name: string): string => name.replaceAll(".", "-");

export type PageName =
  | "picture"
  | "profile"
  | "address"
  | "private"
  | "preferences"
  | "email"
  | "phone"
  | "username";

/** The page of each sign-in identifier. */
export const identifierPages: Readonly<Record<string, PageName>> = {
  "/primaryEmail": "email",
  "/primaryPhone": "phone",
  "/username": "username",
};

/** The page on which a field is changed. */
function pageOf(field: FieldEntry): PageName {
  if (field.pointer === "/avatar") return "picture";
  const identifier = identifierPages[field.pointer];
  if (identifier) return identifier;
  if (field.storage === "vault") return "private";
  if (field.storage === "logto.customData") return "preferences";
  if (field.control === "address") return "address";
  return field.control === "language" || field.control === "timeZone" ? "preferences" : "profile";
}

export const fieldsOn = (page: PageName): FieldEntry[] => catalogue.filter((field) => pageOf(field) === page);

/** The field with this pointer. @throws {Error} for one that the catalogue lacks. */
export function fieldAt(pointer: string): FieldEntry {
  const field = catalogue.find((entry) => entry.pointer === pointer);
  if (!field) throw new Error(`the catalogue has no field at ${pointer}`);
  return field;
}

/** What a field is called: by the message catalogue, or else by its name in the field catalogue. */
export const labelOf = (t: Translate, field: Pick<FieldEntry, "pointer" | "name">): string =>
  t.find(`field.${inputName(field)}`) ?? spelledOut(field.name);

export const helpOf = (t: Translate, field: FieldEntry): string | undefined =>
  t.find(`help.${inputName(field)}`);

/** `taxNumber` becomes `Tax number`. */
const spelledOut = (name: string) => {
  const words = name.replace(/([a-z\d])([A-Z])/g, "$1 $2").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** What browsers and password managers fill in (HTML, autofill detail tokens), by the name of the field. */
const autofill: Readonly<Record<string, string>> = {
  name: "name",
  givenName: "given-name",
  middleName: "additional-name",
  familyName: "family-name",
  nickname: "nickname",
  username: "username",
  primaryEmail: "email",
  primaryPhone: "tel",
  avatar: "photo",
  website: "url",
  gender: "sex",
  streetAddress: "street-address",
  locality: "address-level2",
  region: "address-level1",
  postalCode: "postal-code",
  country: "country",
  locale: "language",
  brand: "cc-type",
  expiry: "cc-exp",
};

export const autofillOf = (name: string): string => autofill[name] ?? "off";

/** The message for a value that a control refuses. */
export const faultKeys: Readonly<Record<FormControl, MessageKey>> = {
  text: "error.text",
  lines: "error.lines",
  email: "error.email",
  phone: "error.phone",
  url: "error.url",
  username: "error.username",
  digits: "error.digits",
  day: "error.day",
  birthdate: "error.birthdate",
  address: "error.address",
  timeZone: "error.timeZone",
  language: "error.language",
  checkbox: "error.invalid",
  choice: "error.invalid",
  list: "error.invalid",
  none: "error.invalid",
};
