import { expect, test } from "vitest";
import { evaluatePassword, passwordPolicy } from "../../src/logto/password-policy.ts";

const alice = {
  name: "Alice Example",
  username: "alice",
  primaryEmail: "alice@example.test",
  primaryPhone: "12025550111",
};

const strict = passwordPolicy.parse({
  length: { min: 10, max: 64 },
  characterTypes: { min: 3 },
  rejects: { pwned: false, repetitionAndSequence: true, userInfo: true, words: ["logto"] },
});

const tooShort = { code: "too_short", params: { min: 10 } };
const tooSimple = { code: "character_types", params: { min: 3 } };

/** The answers of a Logto 1.42 with this policy, without the breach check. */
test.each([
  ["Gr8-Purple-Tiger", []],
  ["", [tooShort, tooSimple]],
  ["aaa", [tooShort, tooSimple, { code: "restricted.repetition" }]],
  ["aaaaaaaaaaaA1", [{ code: "restricted.repetition" }]],
  ["1234567890aB", []],
  [`Aa1${"x7Q-".repeat(30)}`, [{ code: "too_long", params: { max: 64 } }]],
  ["aB1", [tooShort]],
  ["qpwoeirutyalsk", [tooSimple]],
  ["пароль-密码-1aB", [{ code: "unsupported_characters" }]],
  ["Alice-93x-Kq2", []],
  ["alice-1ALICE", [{ code: "restricted.user_info" }]],
  ["Logto-1Logto", [{ code: "restricted.words" }]],
])("judges %j as Logto does", (password, issues) => {
  expect(evaluatePassword(strict, password, alice)).toEqual(issues);
});

test.each([
  ["the phone number", "12025550111", "restricted.user_info"],
  ["a keyboard row backwards", "poiuytrewq", "restricted.sequence"],
  ["an upper-case row", "ABCDEFGHIJ", "restricted.sequence"],
  ["the name without its space", "AliceExample", "restricted.user_info"],
])("finds %s", (_what, password, code) => {
  const codes = evaluatePassword(strict, password, alice).map((issue) => issue.code);
  expect(codes).toContain(code);
});

test("applies no rule that the policy turns off", () => {
  const rejects = { repetitionAndSequence: false, userInfo: false, words: [] };
  const lax = passwordPolicy.parse({ length: { min: 1, max: 256 }, characterTypes: { min: 1 }, rejects });
  expect(evaluatePassword(lax, "alicealice", alice)).toEqual([]);
  expect(evaluatePassword(lax, "aaaaaaaa", alice)).toEqual([]);
});

test("takes Logto's defaults for missing members", () => {
  expect(passwordPolicy.parse({})).toMatchObject({
    length: { min: 8, max: 256 },
    characterTypes: { min: 1 },
  });
});

test("accepts a person without any data", () => {
  const nobody = { name: null, username: null, primaryEmail: null, primaryPhone: null };
  expect(evaluatePassword(strict, "Gr8-Purple-Tiger", nobody)).toEqual([]);
});

test("takes as many characters as the policy says, and not one less or more", () => {
  const sized = (length: number) => `Aa1${"x7Q-".repeat(30)}`.slice(0, length);
  const codes = (length: number) => evaluatePassword(strict, sized(length), alice).map(({ code }) => code);
  expect([9, 10, 64, 65].map(codes)).toEqual([["too_short"], [], [], ["too_long"]]);
});

test("bounds its own cost: a password that no policy takes is not searched", () => {
  const started = performance.now();
  expect(evaluatePassword(strict, "a".repeat(100_000), alice)).toEqual([
    { code: "too_long", params: { max: 64 } },
    tooSimple,
  ]);
  expect(performance.now() - started).toBeLessThan(1_000);
});
