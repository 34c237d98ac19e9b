import { expect, test } from "vitest";
import { holdsCardNumber } from "../../src/fields/card-number.ts";

test.each([
  ["by itself", "4242424242424242"],
  ["in groups of four", "4242 4242 4242 4242"],
  ["with dashes", "4242-4242-4242-4242"],
  ["with dots", "4242.4242.4242.4242"],
  ["of 15 digits", "378282246310005"],
  ["of 13 digits", "4222222222222"],
  ["in a sentence", "my card is 5555555555554444, call me"],
  ["as a number", 4_242_424_242_424_242],
  ["in a list in an object", { cards: [{ pan: "6011111111111117" }] }],
  ["as the name of a member", { "4242424242424242": true }],
])("a card number is found %s", (_where, value) => {
  expect(holdsCardNumber(value)).toBe(true);
});

test.each([
  ["whose check digit is wrong", "4242424242424241"],
  ["that are too few", "424242424242"],
  ["that start as no card does", "9242424242424244"],
  ["in a longer row of digits", "42424242424242424242424242"],
  ["apart from each other", "4242 and 4242 and 4242 and 4242"],
  ["of a phone number", "+47 22 22 55 55"],
  ["of a date", "2024-02-29"],
])("digits %s are no card number", (_which, value) => {
  expect(holdsCardNumber(value)).toBe(false);
});

test.each([null, true, "", {}, []])("%j holds no card number", (value) => {
  expect(holdsCardNumber(value)).toBe(false);
});
