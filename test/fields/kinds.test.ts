/** The kinds of value: what each takes, in which form it is stored, and why anything else is refused. */
import { expect, test } from "vitest";
import type * as z from "zod";
import { address } from "../../src/fields/address.ts";
import { birthdate, dateOfBirth } from "../../src/fields/day.ts";
import { email } from "../../src/fields/email.ts";
import { locale, timeZone } from "../../src/fields/locale.ts";
import { maskPaymentMethods, paymentMethods } from "../../src/fields/payment-methods.ts";
import { phone } from "../../src/fields/phone.ts";
import { preferences } from "../../src/fields/preferences.ts";
import { maskSocialSecurityNumber, socialSecurityNumber } from "../../src/fields/social-security-number.ts";
import { text } from "../../src/fields/text.ts";
import { username } from "../../src/fields/username.ts";
import { webUrl } from "../../src/fields/web-url.ts";
import type { JsonValue } from "../../src/json.ts";

const secureUrl = webUrl(/^https$/);
const card = { token: "tok_1", brand: "visa", last4: "4242", expiry: "12/30" };
const tomorrow = new Date(Date.now() + 36 * 3_600_000).toISOString().slice(0, 10);

test.each<[string, z.ZodType, JsonValue, JsonValue?]>([
  ["text", text(4), "Åse"],
  ["text in two UTF-16 units a character", text(4), "😀😀"],
  ["an e-mail address in capitals", email, "Alice@Example.TEST", "alice@example.test"],
  ["an e-mail address of 128 characters", email, `${"a".repeat(116)}@example.com`],
  ["a phone number with separators", phone, "+47 (22) 22-55.55", "4722225555"],
  ["a phone number without a plus", phone, "4722225555"],
  ["a username", username, "_alice9"],
  ["a web address", secureUrl, "https://example.com/a?b=c#d"],
  ["a day", birthdate, "2024-02-29"],
  ["a day without its year", birthdate, "0000-02-29"],
  ["a year", birthdate, "1987"],
  ["a date of birth", dateOfBirth, "1900-01-01"],
  ["an address", address, { formatted: "Street 1\n5003 Bergen", country: "NO" }],
  ["a language tag", locale, "en-US"],
  ["a language tag with an underscore", locale, "en_US"],
  ["a time zone", timeZone, "Europe/Oslo"],
  ["preferences", preferences, { theme: "dark", constructor: "any word" }],
  ["a social security number with dashes", socialSecurityNumber, "521-73-8846"],
  ["a social security number without dashes", socialSecurityNumber, "521738846"],
  [
    "a payment method",
    paymentMethods,
    [card, { ...card, expiry: "12/2030" }, { ...card, expiry: "2030-12" }],
  ],
])("takes %s", (_what, schema, value, stored = value) => {
  expect(schema.parse(value)).toEqual(stored);
});

test.each<[string, z.ZodType, JsonValue, RegExp]>([
  ["no text", text(4), "", /expected string to have/],
  ["text of three characters in five units", text(4), "😀😀a", /expected string to have/],
  ["text on two lines", text(4), "a\nb", /control character/],
  ["an e-mail address without a domain", email, "alice@", /e-mail address/],
  ["an e-mail address of 129 characters", email, `${"a".repeat(117)}@example.com`, /e-mail address/],
  ["a phone number that starts with zero", phone, "022225555", /international/],
  ["a phone number with letters", phone, "+47 22 CALL", /international/],
  ["six digits as phone number", phone, "472222", /7 to 15 digits/],
  ["sixteen digits as phone number", phone, "4722225555222255", /7 to 15 digits/],
  ["a username that starts with a digit", username, "9alice", /start with a letter/],
  ["a username with a dash", username, "al-ice", /start with a letter/],
  ["a web address of another scheme", secureUrl, "http://example.com/", /web address/],
  ["a script", secureUrl, "javascript:alert(1)", /web address/],
  ["a web address on an IP address", secureUrl, "https://169.254.169.254/", /web address/],
  ["a web address with a user name", secureUrl, "https://user@example.com/", /user name/],
  ["a web address with a space", secureUrl, "https://example.com/a b", /plain web address/],
  ["a web address that is too long", secureUrl, `https://example.com/${"a".repeat(2048)}`, /<=2048/],
  ["a day that no year has", birthdate, "0000-02-30", /day of the calendar/],
  ["a day that this year lacks", birthdate, "2023-02-29", /day of the calendar/],
  ["a month", birthdate, "2023-02", /YYYY/],
  ["a date of birth in the future", dateOfBirth, tomorrow, /in the past/],
  ["a date of birth in another century", dateOfBirth, "1899-12-31", /in the past/],
  ["an address with an unknown member", address, { planet: "Mars" }, /Unrecognized key/],
  ["a postal code on two lines", address, { postalCode: "50\n03" }, /control character/],
  ["a language that is no tag", locale, "english please", /BCP 47/],
  ["a time zone that does not exist", timeZone, "Europe/Atlantis", /IANA/],
  ["preferences that are too large", preferences, { note: "x".repeat(16_384) }, /too large/],
  [
    "preferences that reach a prototype",
    preferences,
    { a: [{ constructor: { prototype: {} } }] },
    /prototype/,
  ],
  ["a social security number of eight digits", socialSecurityNumber, "52173884", /nine digits/],
  ["a payment method with a card's number", paymentMethods, [{ ...card, number: "4" }], /Unrecognized key/],
  ["a thirteenth month as expiry", paymentMethods, [{ ...card, expiry: "13/30" }], /MM\/YY/],
  ["five digits as the last four", paymentMethods, [{ ...card, last4: "42424" }], /last four/],
  ["more than twenty payment methods", paymentMethods, Array.from({ length: 21 }, () => card), /<=20/],
])("refuses %s", (_what, schema, value, reason) => {
  const result = schema.safeParse(value);
  expect(result.error?.issues.map(({ message }) => message).join()).toMatch(reason);
});

test("masks show the last four digits and nothing before them", () => {
  expect(maskSocialSecurityNumber("521-73-8846")).toBe("•••••8846");
  expect(maskPaymentMethods([card, { ...card, brand: "amex", last4: "0005" }])).toBe(
    "visa •••••4242, amex •••••0005",
  );
});
