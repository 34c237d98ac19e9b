/** One canonical form for all spellings of a value, for every kind and every field of the catalogue. */
import { expect, test } from "vitest";
import { address } from "../../src/fields/address.ts";
import { catalogue } from "../../src/fields/catalogue.ts";
import { withPlainDigits } from "../../src/fields/characters.ts";
import { anyEmail, canonicalEmail, email } from "../../src/fields/email.ts";
import { canonicalPatch, canonicalValue, type Kind, sameValue } from "../../src/fields/kind.ts";
import { locale, timeZone } from "../../src/fields/locale.ts";
import { anyPhone, canonicalPhone, isPhone, phone } from "../../src/fields/phone.ts";
import { preferences } from "../../src/fields/preferences.ts";
import { text } from "../../src/fields/text.ts";
import { verificationCode } from "../../src/fields/verification-code.ts";
import { webUrl } from "../../src/fields/web-url.ts";
import { equal, type JsonValue } from "../../src/json.ts";

test.each<[string, Kind, string, string[]]>([
  [
    "e-mail address",
    email,
    "alice@example.test",
    [
      "ALICE@EXAMPLE.TEST",
      " alice@example.test\n",
      "alice\u200b@example\u00ad.test",
      "\ufeffalice@example.test",
    ],
  ],
  [
    "e-mail address on another host",
    email,
    "a@xn--80a1acny.xn--p1ai",
    ["a@ПОЧТА.рф", "A@xn--80A1acny.XN--p1ai"],
  ],
  ["e-mail address in Japan", email, "a@xn--r8jz45g.xn--zckzah", ["a@例え。テスト", "ａ＠例え．テスト"]],
  [
    "British number",
    phone,
    "447400999999",
    [
      "+44 (0)7400 999999",
      "+44 7400 999999",
      "+4407400999999",
      "0044 7400 999999",
      "00 44 (0) 7400/999999",
      "447400999999",
      "\u202a+44 7400 999999\u202c",
      "\u200e+44\u00a07400\u202f999999",
      "+44\u20117400\u2013999\u2014999",
      "+44−7400−999999",
      "+44.7400.999.999",
      "＋４４　７４００　９９９９９９",
      "+٤٤ ٧٤٠٠ ٩٩٩٩٩٩",
      "+۴۴ ۷۴۰۰ ۹۹۹۹۹۹",
      "tel:+44-7400-999999",
    ],
  ],
  ["German number", phone, "4930123456", ["+49 (0)30 123456", "+49 030 123456", "+49 30 / 12 34 56"]],
  ["Russian number", phone, "79123456789", ["+7 912 345-67-89", "+7 (8) 912 345 67 89"]],
  ["Hungarian number", phone, "36201234567", ["+36 06 20 123 4567", "+36 (20) 123-4567"]],
  ["language tag", locale, "en-US", ["en_US", "EN-us", "en_us", " en-US "]],
  ["time zone", timeZone, "America/Port-au-Prince", ["america/port-au-prince", "AMERICA/PORT-AU-PRINCE "]],
  [
    "web address",
    webUrl(/^https:$/),
    "https://example.com/",
    ["https://example.com/ ", "\thttps://example.com/"],
  ],
])("every spelling of one %s is that one", (_what, kind, form, spellings) => {
  expect(spellings.map((spelling) => canonicalValue(kind, spelling))).toEqual(spellings.map(() => form));
  expect(spellings.every((spelling) => sameValue(kind, spelling, form))).toBe(true);
  expect(kind.schema.parse(form)).toBe(form);
});

test.each<[string, Kind, JsonValue, JsonValue]>([
  ["addresses that differ", email, "a.b@example.test", "ab@example.test"],
  ["mailboxes that differ by a sign", email, "a+b@example.test", "a@example.test"],
  ["numbers that differ", phone, "+44 7400 999999", "+44 7400 999998"],
  ["a number with the zero that Italy keeps, and one without", phone, "+39 06 1234 5678", "+39 6 1234 5678"],
  ["zones that differ by name", timeZone, "Asia/Kolkata", "Asia/Calcutta"],
  ["texts that differ by case", text(9), "alice", "Alice"],
  ["something and nothing", text(9), "alice", ""],
])("%s stay two values", (_what, kind, one, other) => {
  expect(sameValue(kind, one, other)).toBe(false);
});

test("what no numbering plan knows keeps its digits, and what is no number stays as it is", () => {
  const given = ["12345", "12 345", "0012345", "(0) 12345", "07400 999999", "+44 CALL", "", "+"];
  const kept = ["12345", "12345", "0012345", "012345", "07400999999", "+44 CALL", "", "+"];
  expect(given.map(canonicalPhone)).toEqual(kept);
});

test("what is no e-mail address is trimmed and in lower case, and never becomes nothing", () => {
  const given = ["A@B@C.D", '"A B"@Example.Test', "Alice@[127.0.0.1]", "nobody", "  ", "\u200b"];
  const kept = ["a@b@c.d", '"a b"@example.test', "alice@[127.0.0.1]", "nobody", "  ", "\u200b"];
  expect(given.map(canonicalEmail)).toEqual(kept);
});

test("an address that proves who somebody is may have any form", () => {
  expect(["12345", "+44 (0)7400 999999"].map((value) => anyPhone.parse(value))).toEqual([
    "12345",
    "447400999999",
  ]);
  expect(["A@B@C.D", "J&K@Example.Test"].map((value) => anyEmail.parse(value))).toEqual([
    "a@b@c.d",
    "j&k@example.test",
  ]);
});

test.each([
  "526478",
  "526 478",
  "526-478",
  " 526\u00a0478\n",
  "\u202a526\u200b478\u202c",
  "５２６４７８",
  "٥٢٦٤٧٨",
  "５２６—４７８",
])("%j are the digits of one code", (spelling) => {
  expect(verificationCode.parse(spelling)).toBe("526478");
});

test.each(["", "   ", "-", "code", "\u200b", "x".repeat(65)])("%j is no code", (spelling) => {
  expect(verificationCode.safeParse(spelling).success).toBe(false);
});

test("the empty text unsets a text, in a member too, and nothing else", () => {
  expect(canonicalPatch(text(9), "")).toBeNull();
  expect(canonicalPatch(address, { streetAddress: "", locality: "Bergen", planet: "" })).toEqual({
    streetAddress: null,
    locality: "Bergen",
    planet: "",
  });
  expect(canonicalPatch(preferences, { note: "", nested: { note: "" } })).toEqual({
    note: "",
    nested: { note: "" },
  });
  expect(canonicalValue(address, { streetAddress: "", locality: "Bergen" })).toEqual({ locality: "Bergen" });
  expect(sameValue(address, { streetAddress: "", locality: "Bergen" }, { locality: "Bergen" })).toBe(true);
  expect(sameValue(text(9), "", null)).toBe(true);
});

/** Deterministic noise: the same in every run. */
function noise(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Pieces of addresses, numbers, tags and zones, and characters that look like them or like nothing. */
const pieces = [
  ..."0123456789 +-()/._@:٣５①aAzZ\u00df\u0130\u0131\u017f\u212a\ufb01é\u0301",
  ..."\u200b\u200c\u200d\u202e\u2066\u00ad\u00a0\u3000\u3002\uff0e\uff20\ufeff\ufe0f",
  ...["00", "(0)", "+44", "+39", "+54", "7400999999", "15", "tel:", "example.com", ".рф", "xn--", "xn--p1ai"],
  ...["en", "_US", "Europe/Oslo", "UTC", "https://", "2024-02-29", "%41", "[::1]", "😀"],
];

test("a canonical form is its own canonical form, and no value is too odd to have one", () => {
  const pick = noise(8);
  const oddities = [null, true, -0.5, 1e21, [], [""], {}, { a: "" }, { streetAddress: { a: "" } }];
  const texts = Array.from({ length: 500 }, () =>
    Array.from({ length: 1 + pick(12) }, () => pieces[pick(pieces.length)]).join(""),
  );
  const unstable = catalogue.flatMap((field) =>
    [...oddities, ...texts].filter((value) => {
      const form = canonicalValue(field, value);
      const { data, success } = field.schema.safeParse(form);
      // A schema judges a form and leaves it as it is.
      return !equal(canonicalValue(field, form), form) || (success && !equal(data, form));
    }),
  );
  expect(unstable).toEqual([]);
});

test("the ten digits of every script are digits", () => {
  const codes = Array.from({ length: 0x11_0000 }, (_, code) => code);
  const digits = codes
    .filter((code) => code < 0xd800 || code > 0xdfff)
    .map((code) => String.fromCodePoint(code))
    .filter((character) => /\p{Nd}/u.test(character));
  expect(digits.length % 10).toBe(0);
  expect(digits.map(withPlainDigits)).toEqual(digits.map((_, index) => String(index % 10)));
});

test("digits are a phone number in their canonical form alone", () => {
  expect(isPhone("447400123456")).toBe(true);
  expect(isPhone("4407400123456")).toBe(false);
});
