/** Countries, and how an address is written in each: names from `Intl`, forms from lib-address. */
import { getCountryData, getCountryFields } from "lib-address/lite";
import { getCountries } from "libphonenumber-js/core";
import metadata from "libphonenumber-js/min/metadata";
import { type Language, localeOf, type MessageKey } from "../messages/messages.ts";

/** The members of an address that a form asks for, in the words of the catalogue. */
export type AddressPart = "streetAddress" | "locality" | "region" | "postalCode";

const partOf: Readonly<Record<string, AddressPart>> = {
  A: "streetAddress",
  C: "locality",
  S: "region",
  Z: "postalCode",
};

export type AddressForm = {
  /** Lines in the order of the country; parts that stand on one line there stand side by side. */
  lines: readonly (readonly AddressPart[])[];
  required: ReadonlySet<AddressPart>;
  /** The regions to choose from; empty where people write them. */
  regions: readonly { value: string; name: string }[];
  labels: Readonly<Record<AddressPart, MessageKey>>;
  postalCode: RegExp | undefined;
  /** The format string, for an address on an envelope. */
  format: string;
};

const plainForm: AddressForm = {
  lines: [["streetAddress"], ["postalCode", "locality"], ["region"]],
  required: new Set(),
  regions: [],
  labels: {
    streetAddress: "address.streetAddress",
    locality: "address.locality",
    region: "address.region",
    postalCode: "address.postalCode",
  },
  postalCode: undefined,
  format: "%A%n%Z %C%n%S",
};

/** How an address of a country is written. @param country its ISO 3166-1 code; anything else gets a plain form. */
export function addressForm(country: string): AddressForm {
  const data = getCountryData(country);
  const fields = getCountryFields(country);
  if (!data?.lfmt || !fields) return plainForm;
  // The Japanese list lacks the city, without which nothing arrives.
  const format = country === "JP" ? data.lfmt.replace("%A, %S", "%S%n%C%n%A") : data.lfmt;
  const rows = format
    .split("%n")
    .map((row) => [...row.matchAll(/%(\w)/g)].map(([, letter = ""]) => partOf[letter]))
    .map((row) => row.filter((part) => part !== undefined))
    .filter((row) => row.length > 0);
  const required = new Set<AddressPart>();
  if (fields.addressLine1 === "required") required.add("streetAddress");
  if (fields.city === "required" || country === "JP") required.add("locality");
  if (fields.state === "required") required.add("region");
  if (fields.zip === "required") required.add("postalCode");
  return {
    lines: rows,
    required,
    regions: data.sub_regions.map(({ key, name }) => ({ value: key, name })),
    labels: { ...plainForm.labels, region: regionLabel(country), postalCode: postalCodeLabel(country) },
    postalCode: data.zip === null ? undefined : new RegExp(`^(?:${data.zip})$`, "i"),
    format,
  };
}

const states = new Set("AS AU BR FM IN MH MP MX MY NG PW UM US VE VI".split(" "));
const zips = new Set("AS FM GU MH MP PR PW UM US VI".split(" "));
const provinces = new Set("AR CA CN CU ES ID IT KH PH TH TR VN".split(" "));
const regionKeys: Readonly<Record<string, MessageKey>> = {
  AE: "address.emirate",
  IE: "address.county",
  JP: "address.prefecture",
  TW: "address.county",
};

function regionLabel(country: string): MessageKey {
  if (states.has(country)) return "address.state";
  if (provinces.has(country)) return "address.province";
  return regionKeys[country] ?? "address.region";
}

function postalCodeLabel(country: string): MessageKey {
  if (zips.has(country)) return "address.zip";
  if (country === "IE") return "address.eircode";
  return country === "IN" ? "address.pin" : "address.postalCode";
}

/** A postcode that has the form of its country; undefined where the form is more than digits. */
export function examplePostcode({ postalCode }: AddressForm): string | undefined {
  const source = postalCode?.source.slice("^(?:".length, -")$".length).replace(/\(\?:.*?\)\?/, "") ?? "";
  let next = 0;
  const digit = () => String(next++ % 10);
  const example = source
    .replace(/^\((.*)\)$/, "$1")
    .replace(/\\d(?:\{(\d+)\})?/g, (_all, count: string | undefined) =>
      Array.from({ length: Number(count ?? 1) }, digit).join(""),
    )
    .replace(/([- ])\?/g, "$1");
  return /^[\d -]+$/.test(example) ? example : undefined;
}

/** The name of a country, or the text itself where it is no code. */
export function countryName(language: Language, country: string): string {
  if (!/^[A-Z]{2}$/.test(country)) return country;
  return (
    new Intl.DisplayNames([localeOf[language]], { type: "region", fallback: "code" }).of(country) ?? country
  );
}

/** Every country by its name, in the order of the language. */
export function countryChoices(language: Language): { value: string; name: string }[] {
  const names = new Intl.DisplayNames([localeOf[language]], { type: "region", fallback: "code" });
  const { compare } = new Intl.Collator(localeOf[language]);
  return getCountries(metadata)
    .map((value) => ({ value: String(value), name: names.of(value) ?? value }))
    .filter(({ value }) => getCountryData(value) !== null)
    .toSorted((one, other) => compare(one.name, other.name));
}

/** The address as it stands on an envelope, without the name. @param members of the `address` claim. */
export function envelope(language: Language, members: Readonly<Record<string, string>>): string {
  const { country = "" } = members;
  const { format, regions } = addressForm(country);
  const rows = format.split("%n").map((row) =>
    row
      .replace(/%(\w)/g, (_all, letter: string) => {
        const part = partOf[letter];
        const value = part === undefined ? "" : (members[part] ?? "");
        return part === "region" ? (regions.find((region) => region.value === value)?.name ?? value) : value;
      })
      .replace(/^[\s,-]+|[\s,-]+$/g, ""),
  );
  return [...rows, country === "" ? "" : countryName(language, country)].filter(Boolean).join("\n");
}
