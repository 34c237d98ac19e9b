/** Every bound of the catalogue on both of its sides: the last value that is taken, and the first that is refused. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { address } from "../../src/fields/address.ts";
import { holdsCardNumber } from "../../src/fields/card-number.ts";
import { catalogue } from "../../src/fields/catalogue.ts";
import { birthdate, dateOfBirth } from "../../src/fields/day.ts";
import type { Kind } from "../../src/fields/kind.ts";
import { paymentMethods } from "../../src/fields/payment-methods.ts";
import { preferences } from "../../src/fields/preferences.ts";
import { webUrl } from "../../src/fields/web-url.ts";
import type { JsonValue } from "../../src/json.ts";

const isTaken = ({ schema }: Kind, value: JsonValue) => schema.safeParse(value).success;
const letters = (count: number) => "a".repeat(count);
const card = { token: "tok_1", brand: "visa", last4: "4242", expiry: "12/30" };
const fieldOf = (pointer: string) => {
  const field = catalogue.find((candidate) => candidate.pointer === pointer);
  if (!field) throw new Error(`the catalogue has no ${pointer}`);
  return field;
};

test.each<[string, Kind, number, (size: number) => JsonValue]>([
  ["payment methods", paymentMethods, 20, (size) => Array.from({ length: size }, () => card)],
  ["characters of a card's token", paymentMethods, 256, (size) => [{ ...card, token: letters(size) }]],
  ["characters of a card's brand", paymentMethods, 32, (size) => [{ ...card, brand: letters(size) }]],
  ["characters of preferences", preferences, 16_384, (size) => ({ n: letters(size - '{"n":""}'.length) })],
  ["characters of a preference's name", preferences, 128, (size) => ({ [letters(size)]: 1 })],
  [
    "characters of a web address",
    webUrl(/^https:$/),
    2048,
    (size) => `https://a.test/${letters(size - "https://a.test/".length)}`,
  ],
  ["characters of a name", fieldOf("/name"), 128, letters],
  ["characters of a username", fieldOf("/username"), 128, letters],
  ["characters of an address", address, 1024, (size) => ({ formatted: letters(size) })],
  ["characters of a street", address, 256, (size) => ({ streetAddress: letters(size) })],
  ["characters of a town", address, 128, (size) => ({ locality: letters(size) })],
  ["characters of a region", address, 128, (size) => ({ region: letters(size) })],
  ["characters of a postal code", address, 32, (size) => ({ postalCode: letters(size) })],
  ["characters of a country", address, 64, (size) => ({ country: letters(size) })],
])("the most %s", (_what, kind, most, sized) => {
  expect(isTaken(kind, sized(most))).toBe(true);
  expect(isTaken(kind, sized(most + 1))).toBe(false);
});

describe("preferences that are longer than that already", () => {
  const sized = (size: number) => ({ n: letters(size - '{"n":""}'.length) });
  test.each<[string, number, number, boolean]>([
    ["may grow to 65,536 characters", 16_385, 65_536, true],
    ["may grow no further", 16_385, 65_537, false],
    ["stay if they are longer even", 70_000, 70_000, true],
    ["may not grow then", 70_000, 70_001, false],
    ["do not open the higher bound to others", 16_384, 16_385, false],
  ])("%s", (_what, before, after, taken) => {
    expect(preferences.faultOfWhole?.(sized(after), sized(before)) === undefined).toBe(taken);
  });
});

describe("a day", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  // 09:59 UTC: 23:59 of the same day on Kiritimati. A minute later the next day begins there.
  test.each<[string, string, boolean]>([
    ["2026-03-10T09:59:59Z", "2026-03-10", true],
    ["2026-03-10T09:59:59Z", "2026-03-11", false],
    ["2026-03-10T10:00:00Z", "2026-03-11", true],
    ["2026-03-10T10:00:00Z", "2026-03-12", false],
  ])("at %s is %s one that it is somewhere: %s", (now, day, taken) => {
    vi.useFakeTimers({ now: new Date(now) });
    expect([isTaken(birthdate, day), isTaken(dateOfBirth, day)]).toEqual([taken, taken]);
  });

  test("of birth is in 1900 or later", () => {
    expect([isTaken(dateOfBirth, "1900-01-01"), isTaken(dateOfBirth, "1899-12-31")]).toEqual([true, false]);
  });
});

describe("a card's number", () => {
  /** With the check digit of ISO/IEC 7812. */
  const withCheckDigit = (digits: string) => {
    const sum = [...digits].reverse().reduce((total, digit, index) => {
      const value = Number(digit) * (index % 2 === 0 ? 2 : 1);
      return total + (value > 9 ? value - 9 : value);
    }, 0);
    return `${digits}${(10 - (sum % 10)) % 10}`;
  };
  const numberOf = (prefix: string, length: number) =>
    withCheckDigit(prefix.padEnd(length - 1, "7390241586730924158"));

  const inFours = (digits: string) => digits.match(/.{1,4}/g)?.join(" ") ?? "";

  test.each<[string, string, number, boolean, boolean]>([
    ["nobody", "4", 11, false, false],
    ["Maestro", "6759", 12, true, true],
    ["Visa", "4739", 13, false, true],
    ["Visa", "4222", 13, true, true],
    ["Visa", "4739", 16, true, true],
    ["UnionPay", "6273", 17, false, true],
    ["Maestro", "6759", 17, true, true],
    ["UnionPay", "6273", 18, false, true],
    ["Maestro", "6759", 18, true, true],
    ["UnionPay", "6273", 19, false, true],
    ["UnionPay", "6210", 19, true, true],
    ["Visa", "4739", 19, false, true],
    ["Visa", "4444", 19, true, true],
    ["nobody", "4444", 20, false, false],
  ])("of %s (%s…) with %i digits is found in one piece: %s, in fours: %s", (_brand, ...expected) => {
    const [prefix, length, whole, grouped] = expected;
    const number = numberOf(prefix, length);
    const spellings = [number, `Mine is ${number}.`, inFours(number), `Mine: ${inFours(number)}`];
    expect(spellings.map(holdsCardNumber)).toEqual([whole, whole, grouped, grouped]);
    const wrong = `${number.slice(0, -1)}${(Number(number.at(-1)) + 1) % 10}`;
    expect(holdsCardNumber(wrong)).toBe(false);
  });
});
