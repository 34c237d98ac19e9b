/** Phone numbers, by the numbering plans that libphonenumber knows. */
import {
  type PhoneNumber,
  parsePhoneNumberFromString,
  validatePhoneNumberLength,
} from "libphonenumber-js/core";
import metadata from "libphonenumber-js/min/metadata";
import * as z from "zod";
import { withoutInvisible, withPlainDigits } from "./characters.ts";
import { askedAs, textKind } from "./kind.ts";

/** Written for the eye: spaces, dashes of any kind, brackets, dots, slashes. */
const presentation = /[\s\p{Z}\p{Pd}\u2212\u30fc()[\]./_·~\u2053\u223c]/gu;

/**
 * One form for all spellings of a number: the digits of E.164 without the plus, as Logto stores them. A trunk zero and
 * the international prefix 00 fall away where the number exists without them.
 */
export function canonicalPhone(text: string): string {
  const plain = withPlainDigits(withoutInvisible(text)).trim().replace(/^tel:/i, "");
  const [digits, withoutTrunk] = [plain, plain.replace(/\(0\)/, "")].map(digitsOf);
  if (digits === undefined || withoutTrunk === undefined) return text;
  const candidates = [digits, withoutTrunk].flatMap((number) => [number, number.replace(/^00/, "")]);
  return candidates.map(existing).find((number) => number !== undefined) ?? digits;
}

const digitsOf = (text: string) => /^\+?(\d+)$/.exec(text.replaceAll(presentation, ""))?.[1];

const existing = (digits: string) => {
  const number = parse(digits);
  return number && exists(number) ? number.number.slice(1) : undefined;
};

/** Whether digits are a number in canonical form. */
export const isPhone = (digits: string): boolean => existing(digits) === digits;

const parse = (digits: string) => parsePhoneNumberFromString(`+${digits}`, metadata);

/**
 * Whether a numbering plan has room for the number. Which of its ranges are in use is not asked: that changes by the
 * month, and a number that was given out yesterday must not be refused.
 */
function exists({ countryCallingCode, nationalNumber }: PhoneNumber): boolean {
  const countries = metadata.country_calling_codes[countryCallingCode] ?? [];
  const plans = [
    ...countries.map((country) => metadata.countries[country]),
    metadata.nonGeographic[countryCallingCode],
  ];
  // In the minified metadata a plan's pattern for all its numbers is its third column.
  return plans.some((plan) => plan && new RegExp(`^(?:${plan[2]})$`).test(nationalNumber));
}

/** @returns what is wrong with a number in canonical form; undefined for a number that can exist. */
function faultOf(value: string): string | undefined {
  if (!/^\d+$/.test(value)) return "must hold only digits after its country code, as in +44 7400 123456";
  if (isPhone(value)) return undefined;
  switch (validatePhoneNumberLength(`+${value}`, metadata)) {
    case "INVALID_COUNTRY":
      return "must start with a country code, as in +44 7400 123456";
    case "TOO_SHORT":
    case "NOT_A_NUMBER":
      return "has too few digits for a number of its country";
    case "TOO_LONG":
      return "has too many digits for a number of its country";
    default:
      return "is no number that exists in its country: please compare the digits";
  }
}

/** A phone number with its country code. */
export const phone = askedAs(
  "phone",
  textKind(
    z
      .string()
      .max(64)
      .check(({ value, issues }) => {
        const message = faultOf(value);
        if (message !== undefined) issues.push({ code: "custom", message, input: value });
      }),
    canonicalPhone,
  ),
);

/** Any spelling of a number, not judged: one that the tenant holds proves who its owner is, whatever its form. */
export const anyPhone = z.string().min(1).max(64).overwrite(canonicalPhone);
