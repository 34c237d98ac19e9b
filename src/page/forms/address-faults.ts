/** Judges an address as the post of its country would. The API takes any text; a form can help. */
import type { Translate } from "../messages/messages.ts";
import {
  type AddressForm,
  type AddressPart,
  addressForm,
  countryName,
  examplePostcode,
} from "./countries.ts";
import type { Typed } from "./typed.ts";

/** What is wrong with an address in the eyes of its country's post, by the name of the input. */
export function addressFaults(t: Translate, name: string, typed: Typed): Record<string, string> {
  const at = (part: AddressPart) => (typed[`${name}.${part}`] ?? "").trim();
  const country = typed[`${name}.country`] ?? "";
  const form = addressForm(country);
  const parts = form.lines.flat();
  if (parts.every((part) => at(part) === "")) return {};
  const missing = parts.filter((part) => form.required.has(part) && at(part) === "");
  const faults = missing.map((part) => [
    `${name}.${part}`,
    t.text("error.required", { label: t.text(form.labels[part]) }),
  ]);
  const code = at("postalCode");
  if (code !== "" && form.postalCode && !form.postalCode.test(code)) {
    faults.push([`${name}.postalCode`, postalCodeFault(t, country, form)]);
  }
  return Object.fromEntries(faults);
}

function postalCodeFault(t: Translate, code: string, form: AddressForm): string {
  const country = countryName(t.language, code);
  const example = examplePostcode(form);
  return example === undefined
    ? t.text("error.postalCode", { country })
    : t.text("error.postalCodeLike", { country, example });
}
