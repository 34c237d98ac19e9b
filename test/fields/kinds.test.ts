/** The kinds of value: what each takes, in which form it is stored, and why anything else is refused. */
import { expect, test } from "vitest";
import { address } from "../../src/fields/address.ts";
import { birthdate, dateOfBirth } from "../../src/fields/day.ts";
import { email } from "../../src/fields/email.ts";
import { canonicalValue, type Kind } from "../../src/fields/kind.ts";
import { locale, timeZone } from "../../src/fields/locale.ts";
import { maskPaymentMethods, paymentMethods } from "../../src/fields/payment-methods.ts";
import { phone } from "../../src/fields/phone.ts";
import { preferences } from "../../src/fields/preferences.ts";
import { maskSocialSecurityNumber, socialSecurityNumber } from "../../src/fields/social-security-number.ts";
import { text } from "../../src/fields/text.ts";
import { username } from "../../src/fields/username.ts";
import { webUrl } from "../../src/fields/web-url.ts";
import type { JsonValue } from "../../src/json.ts";

const secureUrl = webUrl(/^https:$/);
const card = { token: "tok_1", brand: "visa", last4: "4242", expiry: "12/30" };

const hours = 3_600_000;
const dayIn = (milliseconds: number) => new Date(Date.now() + milliseconds).toISOString().slice(0, 10);
/** The latest day that it is anywhere, and one that it is nowhere yet. */
const latestToday = dayIn(14 * hours);
const future = dayIn(38 * hours);
const nextYear = String(Number(future.slice(0, 4)) + 1);

test.each<[string, Kind, JsonValue, JsonValue?]>([
  ["text", text(4), "Åse"],
  ["text in two UTF-16 units a character", text(4), "😀😀"],
  ["text of one letter", text(4), "I"],
  ["text from right to left, with its marks", text(20), "\u200fمحمد\u200f"],
  ["text with joiners", text(20), "می\u200cخواهم"],
  ["a family of emoji", text(20), "👩\u200d👩\u200d👧"],
  ["apostrophes", text(20), "O’Brien-D'Arcy"],
  ["an e-mail address in capitals", email, "Alice@Example.TEST", "alice@example.test"],
  ["an e-mail address of 128 characters", email, `${"a".repeat(116)}@example.com`],
  ["every character of an unquoted local part", email, "!#$%&'*+-/=?^_`{|}~.j&k@example.com"],
  ["an internationalised host", email, "ivan@почта.рф", "ivan@xn--80a1acny.xn--p1ai"],
  ["an internationalised top-level domain", email, "a@mail.xn--e1afmkfd.xn--p1ai"],
  ["a long top-level domain", email, "a@nic.photography"],
  ["an e-mail address in full width", email, "ａｌｉｃｅ＠ｅｘａｍｐｌｅ．ｔｅｓｔ", "alice@example.test"],
  [
    "an e-mail address with a zero-width space",
    email,
    "\u200balice\u200b@example.test ",
    "alice@example.test",
  ],
  ["a phone number with separators", phone, "+47 (22) 22-55.55", "4722225555"],
  ["a phone number without a plus", phone, "4722225555"],
  ["a trunk zero in brackets", phone, "+44 (0)7400 999999", "447400999999"],
  ["a trunk zero where there is none", phone, "+47 (0)22 22 55 55", "4722225555"],
  ["the zero that Italy keeps", phone, "+39 06 1234 5678", "390612345678"],
  ["the international prefix", phone, "0047 22 22 55 55", "4722225555"],
  ["a number for stories", phone, "+44 7700 900123", "447700900123"],
  ["a number of no country", phone, "+870 773 111 632", "870773111632"],
  ["a username", username, "_alice9"],
  ["a web address", secureUrl, "https://example.com/a?b=c#d"],
  ["a web address with a port", secureUrl, "https://example.com:8443"],
  ["an internationalised web address", secureUrl, "https://пример.рф/"],
  ["a web address under any top-level domain", secureUrl, "https://xn--e1afmkfd.xn--p1ai/%D0%B0"],
  ["a web address with a joiner that its script needs", secureUrl, "https://نامه\u200cای.com/"],
  ["a web address with spaces around it", secureUrl, " https://example.com/ ", "https://example.com/"],
  ["a day", birthdate, "2024-02-29"],
  ["a day without its year", birthdate, "0000-02-29"],
  ["a year", birthdate, "1987"],
  ["the day that it is in the first time zone", birthdate, latestToday],
  ["a date of birth", dateOfBirth, "1900-01-01"],
  ["a birth today", dateOfBirth, latestToday],
  ["an address", address, { formatted: "Street 1\n5003 Bergen", country: "NO" }],
  ["a language tag", locale, "en-US"],
  ["a language tag with an underscore", locale, "en_US", "en-US"],
  ["a language tag in small letters", locale, "zh-hant-tw", "zh-Hant-TW"],
  ["a language by its former name", locale, "iw", "he"],
  ["a time zone", timeZone, "Europe/Oslo"],
  ["a time zone in capitals", timeZone, "EUROPE/OSLO", "Europe/Oslo"],
  ["a time zone by each of its names", timeZone, "Asia/Kolkata"],
  ["a time zone by a former name", timeZone, "Europe/Kiev"],
  ["a time zone of ships", timeZone, "Etc/GMT+1"],
  ["universal time", timeZone, "UTC"],
  ["preferences", preferences, { theme: "dark", note: "", constructor: "any word" }],
  ["a social security number with dashes", socialSecurityNumber, "521-73-8846"],
  ["a social security number without dashes", socialSecurityNumber, "521738846"],
  [
    "a payment method",
    paymentMethods,
    [card, { ...card, expiry: "12/2030" }, { ...card, expiry: "2030-12" }],
  ],
])("takes %s", (_what, kind, value, stored = value) => {
  expect(kind.schema.parse(canonicalValue(kind, value))).toEqual(stored);
});

test.each<[string, Kind, JsonValue, RegExp]>([
  ["text of three characters in five units", text(4), "😀😀a", /expected string to have/],
  ["text on two lines", text(4), "a\nb", /control character/],
  ["text on two lines of Unicode's own", text(4), "a\u2028b", /control character/],
  ["spaces as text", text(4), " \u00a0\u3000", /visible/],
  ["nothing but invisible characters", text(4), "\u200b\u2060\ufeff", /visible/],
  ["fillers", text(4), "\u3164\u2800", /visible/],
  ["an accent on nothing", text(4), "\u0301", /visible/],
  ["an override of the direction", text(20), "abc\u202egnp.exe", /direction/],
  ["an embedding", text(20), "\u202aabc\u202c", /direction/],
  ["an isolate", text(20), "\u2066abc\u2069", /direction/],
  ["an e-mail address without a domain", email, "alice@", /e-mail address/],
  ["an e-mail address without a local part", email, "@example.com", /e-mail address/],
  ["an e-mail address with two @", email, "a@b@example.com", /e-mail address/],
  [
    "an e-mail address with two @ and a host between them",
    email,
    "a@b.example@example.com",
    /e-mail address/,
  ],
  ["an e-mail address with two dots", email, "a..b@example.com", /e-mail address/],
  ["an e-mail address that starts with a dot", email, ".a@example.com", /e-mail address/],
  ["an e-mail address with a space", email, "a b@example.com", /e-mail address/],
  ["an e-mail address with quotes", email, '"a b"@example.com', /e-mail address/],
  ["an e-mail address on an IP address", email, "a@127.0.0.1", /e-mail address/],
  ["an e-mail address on an address literal", email, "a@[127.0.0.1]", /e-mail address/],
  ["an e-mail address on a host without a domain", email, "a@localhost", /e-mail address/],
  ["an e-mail address on a domain with a dash at its end", email, "a@example-.com", /e-mail address/],
  ["an e-mail address with a port", email, "a@example.com:25", /e-mail address/],
  ["an e-mail address with a path", email, "a@example.com/b", /e-mail address/],
  ["an e-mail address whose host is percent-encoded", email, "a@ex%61mple.com", /e-mail address/],
  ["an e-mail address of spaces", email, "  ", /e-mail address/],
  ["an e-mail address of 129 characters", email, `${"a".repeat(117)}@example.com`, /<=128/],
  ["a national phone number", phone, "07400 999999", /country code/],
  ["a country that does not exist", phone, "+999 1234 5678", /country code/],
  ["a phone number with letters", phone, "+47 22 CALL", /only digits/],
  ["an extension", phone, "+47 22 22 55 55 ext. 5", /only digits/],
  ["a phone number that is too short", phone, "+44 7400 99", /too few/],
  ["a phone number that is too long", phone, "+47 2222 5555 2222 555", /too many/],
  ["an area that no country has", phone, "+1 123 456 7890", /compare the digits/],
  ["zeros", phone, "+47 00 00 00 00", /compare the digits/],
  ["a phone number of no digits", phone, "+ ()", /only digits/],
  ["a username that starts with a digit", username, "9alice", /start with a letter/],
  ["a username with a dash", username, "al-ice", /start with a letter/],
  ["a web address of another scheme", secureUrl, "http://example.com/", /web address/],
  ["a script", secureUrl, "javascript:alert(1)", /web address/],
  ["a web address on an IP address", secureUrl, "https://169.254.169.254/", /web address/],
  ["a web address on an IP address in hexadecimal", secureUrl, "https://0x7f.1/", /web address/],
  ["a web address on an IP address of circled digits", secureUrl, "https://①②⑦.0.0.1/", /web address/],
  ["a web address on IPv6", secureUrl, "https://[::1]/", /web address/],
  ["a web address on this machine", secureUrl, "https://localhost/", /web address/],
  ["a web address under this machine", secureUrl, "https://app.localhost:3000/", /others can open/],
  ["a web address with a user name", secureUrl, "https://user@example.com/", /user name/],
  ["a web address with a space", secureUrl, "https://example.com/a b", /no browser has to correct/],
  ["a web address with a tab", secureUrl, "https://exam\tple.com/", /no browser has to correct/],
  ["a web address with a backslash", secureUrl, "https://example.com\\a", /no browser has to correct/],
  ["a web address in full width", secureUrl, "https://ｅｘａｍｐｌｅ.com/", /no browser has to correct/],
  ["a web address with an ideographic dot", secureUrl, "https://例え。テスト/", /no browser has to correct/],
  [
    "a web address with a percent-encoded host",
    secureUrl,
    "https://ex%61mple.com/",
    /no browser has to correct/,
  ],
  ["a web address that is reordered", secureUrl, "https://example.com/\u202ea", /no browser has to correct/],
  ["a web address that is too long", secureUrl, `https://example.com/${"a".repeat(2048)}`, /<=2048/],
  ["a day that no year has", birthdate, "0000-02-30", /day of the calendar/],
  ["a day that this year lacks", birthdate, "2023-02-29", /day of the calendar/],
  ["no year", birthdate, "0000", /day of the calendar/],
  ["a month", birthdate, "2023-02", /YYYY/],
  ["a birth tomorrow", birthdate, future, /future/],
  ["a birth in a year to come", birthdate, nextYear, /future/],
  ["a date of birth in the future", dateOfBirth, future, /in the past/],
  ["a date of birth in another century", dateOfBirth, "1899-12-31", /in the past/],
  ["an address with an unknown member", address, { planet: "Mars" }, /Unrecognized key/],
  ["a postal code on two lines", address, { postalCode: "50\n03" }, /control character/],
  ["a street that nobody sees", address, { streetAddress: "\u200b" }, /visible/],
  ["a street that rings a bell", address, { streetAddress: "a\u0007" }, /control character/],
  ["a street with a zero byte", address, { streetAddress: "a\0" }, /control character/],
  ["a language that is no tag", locale, "english please", /BCP 47/],
  ["a time zone that does not exist", timeZone, "Europe/Atlantis", /IANA/],
  ["an offset", timeZone, "+01:00", /IANA/],
  ["an offset in hours", timeZone, "-05", /IANA/],
  ["an abbreviation that is no zone", timeZone, "BST", /IANA/],
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
])("refuses %s", (_what, kind, value, reason) => {
  const result = kind.schema.safeParse(canonicalValue(kind, value));
  expect(result.error?.issues.map(({ message }) => message).join()).toMatch(reason);
});

test("masks show the last four digits and nothing before them", () => {
  expect(maskSocialSecurityNumber("521-73-8846")).toBe("•••••8846");
  expect(maskPaymentMethods([card, { ...card, brand: "amex", last4: "0005" }])).toBe(
    "visa •••••4242, amex •••••0005",
  );
});

test("a mask shows what older rules let in", () => {
  expect(maskPaymentMethods([{ ...card, brand: "\u202evisa", expiry: "never" }])).toBe(
    "\u202evisa •••••4242",
  );
});
