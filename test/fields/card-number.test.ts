import { describe, expect, test } from "vitest";
import { holdsCardNumber } from "../../src/fields/card-number.ts";
import type { JsonValue } from "../../src/json.ts";
import { everydayKinds, seeded } from "./everyday-identifiers.ts";
import { publishedCardNumbers } from "./published-card-numbers.ts";

const inFours = (digits: string, separator: string) => digits.replaceAll(/(.{4})(?=.)/g, `$1${separator}`);
const fullWidth = (digits: string) =>
  digits.replaceAll(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)));

const spellings: Record<string, (digits: string) => string> = {
  "in one piece": (digits) => digits,
  "in groups of four": (digits) => inFours(digits, " "),
  "with dashes": (digits) => inFours(digits, "-"),
  "with dots": (digits) => inFours(digits, "."),
  "with underscores": (digits) => inFours(digits, "_"),
  "with slashes": (digits) => inFours(digits, "/"),
  "with runs of separators": (digits) => inFours(digits, " - "),
  "with no-break spaces": (digits) => inFours(digits, "\u00a0"),
  "with dashes of other kinds": (digits) => inFours(digits, "\u2011"),
  "on several lines": (digits) => inFours(digits, "\r\n"),
  "digit by digit": (digits) => [...digits].join(" "),
  "in two pieces": (digits) => `${digits.slice(0, 6)} ${digits.slice(6)}`,
  "in full width": (digits) => inFours(fullWidth(digits), "\u3000"),
  "with invisible characters": (digits) => [...digits].join("\u200b"),
  "in a sentence": (digits) => `my card is ${digits}, call me.`,
  "after a word": (digits) => `Card:${digits}`,
  "in one word with its brand": (digits) => `visa-${inFours(digits, "-")}`,
  "after its expiry": (digits) => `12/25 ${inFours(digits, " ")}`,
  "before its code": (digits) => `${inFours(digits, " ")} 123`,
  "between both": (digits) => `12/2025 ${digits} 123`,
  "before both": (digits) => `${inFours(digits, "-")} 12/25 123`,
  "in one word with its expiry": (digits) => `${digits}exp12/25`,
  "after another one": (digits) => `4111 1111 1111 1111 ${digits}`,
  "after a date": (digits) => `2026-10-01 ${inFours(digits, " ")}`,
  "after a phone number": (digits) => `+47 22 22 55 55 / ${digits}`,
  "after a name and a slash": (digits) => `Alice/${inFours(digits, " ")}`,
};

describe.each(Object.entries(publishedCardNumbers))("%s", (_brand, numbers) => {
  test.each(Object.entries(spellings))("is found %s", (_how, spell) => {
    expect(numbers.map(spell).filter((text) => !holdsCardNumber(text))).toEqual([]);
  });
});

test.each<[string, JsonValue]>([
  ["by itself as a number", 4_242_424_242_424_242],
  ["below zero", -4_242_424_242_424_242],
  ["in a list in an object", { cards: [{ pan: "6011111111111117" }] }],
  ["as the name of a member", { "4242424242424242": true }],
  ["after a plus, where no phone number has as many digits", "+4242 4242 4242 4242"],
  ["after a plus, of a country whose phone numbers are shorter", "+3782 822463 10005"],
  ["as American Express groups its digits", "12/25 3782 822463 10005 1234"],
  ["as Diners Club groups its digits", "12/25 3056 930902 5904"],
  ["after letters and digits that are no account's", "MC12 5555 5555 5555 4444"],
  ["after a month and a year in four digits", "1225 4242 4242 4242 4242"],
  ["after eight other digits", "99887766 4242 4242 4242 4242"],
  ["in Arabic digits", "٤٢٤٢ ٤٢٤٢ ٤٢٤٢ ٤٢٤٢"],
])("a card number is found %s", (_where, value) => {
  expect(holdsCardNumber(value)).toBe(true);
});

test.each<[string, JsonValue]>([
  ["whose check digit is wrong", "4242424242424241"],
  ["that are too few", "42424242424"],
  ["that start as no card does", "9242424242424244"],
  ["of a length that the brand has not", "3714496353984310"],
  ["in a longer row of digits", "42424242424242424242424242"],
  ["apart from each other", "4242 and 4242 and 4242 and 4242"],
  ["of a phone number", "+47 22 22 55 55"],
  ["of a mobile number without a plus", "4915112345678"],
  ["of a date", "2024-02-29"],
  ["of two dates", "30.01.2024 30.05.2023"],
  ["of a picture's URL", "https://cdn.example.com/avatars/310275836410265605/4242424242424242.png"],
  ["of a path", "/orders/4242424242424242/items"],
  ["of a token", "tok_4242424242424242"],
  ["in a word whose accent is a character of its own", "commande\u0301-4242424242424242"],
  ["in a word that ends with such an accent", "numero\u03014242424242424242"],
  ["of an order with letters", "ORD-4242-4242-4242-4242"],
  ["of a message", "310275836410265605"],
  ["of a phone's serial number", "352099001761481"],
  ["of an account", "DE89 3704 0044 0532 0130 00"],
  ["of a parcel", "9400 1118 9922 3456 7890 12"],
  ["of an article", "4006381333931"],
  ["of two IP addresses", "203.0.113.195 198.51.100.17"],
  ["of a fraction", 0.5234567890123454],
  ["of a large fraction", 4_242_424_242_424.5],
  ["of a fraction in a text", "52.520006599999996"],
  ["of a place on earth", "52.520006 13.404954"],
])("digits %s are no card number", (_which, value) => {
  expect(holdsCardNumber(value)).toBe(false);
});

test.each([null, true, "", {}, []])("%j holds no card number", (value) => {
  expect(holdsCardNumber(value)).toBe(false);
});

/** `npm run test:identifiers` does the same with 100,000 of each. */
test.each(Object.entries(everydayKinds))(
  "of 2,000 values, %s, at most two look like a card number",
  (_kind, make) => {
    const pick = seeded(2);
    const values = Array.from({ length: 2_000 }, () => make(pick));
    expect(values.filter(holdsCardNumber).length).toBeLessThanOrEqual(2);
  },
);

test("no text takes long", () => {
  const length = 60_000;
  const texts = ["1 ", "4111 ", "+1 ", "1.", "1.1234 ", "a1/", "20-", "http://", "\ufdfa", "exp4"].map(
    (piece) => piece.repeat(length / piece.length),
  );
  const started = performance.now();
  expect(texts.filter((text) => holdsCardNumber(`${text} 123456789012`))).toEqual([]);
  // A pattern that looks at each place from each other place would take minutes.
  expect(performance.now() - started).toBeLessThan(30_000);
});
