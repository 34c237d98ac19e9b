/** Values as people read them. */
import { html } from "hono/html";
import { parsePhoneNumberFromString } from "libphonenumber-js/core";
import metadata from "libphonenumber-js/min/metadata";
import type { FieldEntry } from "../../fields/catalogue.ts";
import { isObject, type JsonValue } from "../../json.ts";
import { controlOf } from "../forms/controls.ts";
import { envelope } from "../forms/countries.ts";
import { languageName } from "../forms/zones.ts";
import { type Html, ltr, type Translate } from "../messages/messages.ts";
import { day } from "./times.ts";

/** @param value as a read shows it. @returns undefined where nothing is stored. */
export function shownAs(t: Translate, field: FieldEntry, value: JsonValue): Html | undefined {
  if (value === null || value === "") return undefined;
  if (field.mask && isObject(value)) return maskedValue(String(value.masked ?? ""));
  return plainValue(t, field, value);
}

/** A value that is shown whole. */
export function plainValue(t: Translate, field: FieldEntry, value: JsonValue): Html | undefined {
  if (value === null || value === "") return undefined;
  if (typeof value === "boolean") return html`${t.text(value ? "value.yes" : "value.no")}`;
  if (Array.isArray(value)) return list(value);
  if (isObject(value)) {
    const text = controlOf(field) === "address" ? addressText(t, value) : "";
    return text === "" ? undefined : html`<bdi>${text}</bdi>`;
  }
  return textValue(t, field, String(value));
}

/** A mask is read as a whole, not dot by dot. */
const maskedValue = (mask: string): Html =>
  mask === "" ? html`<span class="masked">•••••</span>` : html`<bdi class="masked" dir="ltr">${mask}</bdi>`;

function textValue(t: Translate, field: FieldEntry, text: string): Html {
  switch (controlOf(field)) {
    case "phone":
      return ltr(phoneText(text));
    case "email":
    case "url":
      return breakable(text);
    case "username":
    case "digits":
      return ltr(text);
    case "day":
    case "birthdate":
      return html`${day(t, text)}`;
    case "language":
      return html`<bdi>${languageName(t.language, text)}</bdi>`;
    case "timeZone":
      return ltr(text.replaceAll("_", " "));
    default:
      return html`<bdi>${text}</bdi>`;
  }
}

/** A long address breaks before its signs, and not in the middle of a word. */
const breakable = (text: string): Html =>
  html`<bdi dir="ltr">${text.split(/(?=[@./?#&].)/).map((part) => html`<wbr>${part}`)}</bdi>`;

/** The address as it stands on an envelope, or as another application has put it together. */
function addressText(t: Translate, value: Readonly<Record<string, JsonValue>>): string {
  const { formatted, ...members } = Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
  return envelope(t.language, members) || (formatted ?? "");
}

/** Each element on a line, its own members one after the other. */
const list = (elements: readonly JsonValue[]): Html | undefined =>
  elements.length === 0
    ? undefined
    : html`<bdi>${elements.map((element) => (isObject(element) ? Object.values(element).map(String).join(" · ") : String(element))).join("\n")}</bdi>`;

/** Digits of E.164 without the plus, with spaces as its country writes them. */
export function phoneText(digits: string): string {
  const number = parsePhoneNumberFromString(`+${digits}`, metadata);
  return number?.formatInternational() ?? `+${digits}`;
}
