/** What a Logto 1.42 answered through its Account API under these policies; `undefined` where it let the value pass. */
import { expect, test } from "vitest";
import {
  type EmailBlocklistPolicy,
  emailBlocklistPolicy,
  emailIssue,
} from "../../src/logto/email-blocklist.ts";
import { usernameIssue, usernamePolicy } from "../../src/logto/username-policy.ts";

const short = usernamePolicy.parse({
  caseSensitive: true,
  minLength: 4,
  maxLength: 12,
  allowedChars: { lowercase: true, uppercase: false, numbers: true, underscore: false },
});
const capitalsOnly = usernamePolicy.parse({
  allowedChars: { lowercase: false, uppercase: true, numbers: false, underscore: true },
});

test.each([
  [short, "abc", "username_too_short"],
  [short, "abcdefghijklm", "username_too_long"],
  [short, "Abcdef", "username_uppercase_not_allowed"],
  [short, "ab_cdef", "username_underscore_not_allowed"],
  [short, "AB_", "username_too_short"],
  [short, "Ab_cdef", "username_uppercase_not_allowed"],
  [short, "zzpol12", undefined],
  [capitalsOnly, "abcdef", "username_lowercase_not_allowed"],
  [capitalsOnly, "ABC1", "username_numbers_not_allowed"],
  [capitalsOnly, "ab1", "username_lowercase_not_allowed"],
  [usernamePolicy.parse({}), "x".repeat(129), "username_too_long"],
  [usernamePolicy.parse({}), "zz_POLICY9", undefined],
  [usernamePolicy.parse({ allowedChars: {} }), "zz_POLICY9", undefined],
])("%j and the username %s: %s", (policy, username, code) => {
  expect(usernameIssue(policy, username)?.code).toBe(code);
});

const blocking = {
  blockSubaddressing: true,
  customBlocklist: ["@foo.test", "bad*@example.test", "@*.corp.test", "exact@example.test", "@evil.*"],
};
const allowing = { customAllowlist: ["@ok.test"], customBlocklist: ["no@ok.test"] };
const subaddress = "email_subaddressing_not_allowed";
const notAllowed = "email_not_allowed";

test.each<[Partial<EmailBlocklistPolicy>, string, string | undefined]>([
  [blocking, "a@foo.test", notAllowed],
  [blocking, "a@sub.foo.test", undefined],
  [blocking, "a@barfoo.test", undefined],
  [blocking, "badger@example.test", notAllowed],
  [blocking, "notbad@example.test", undefined],
  [blocking, "a@x.y.corp.test", notAllowed],
  [blocking, "a@corp.test", undefined],
  [blocking, "a@evil.co.uk", notAllowed],
  [blocking, "exact@example.test", notAllowed],
  [blocking, "a+b@example.test", subaddress],
  [blocking, "a+b@foo.test", subaddress],
  [blocking, "+a@example.test", subaddress],
  [allowing, "a@other.test", notAllowed],
  [allowing, "a@ok.test", undefined],
  [allowing, "no@ok.test", notAllowed],
  [{}, "a+b@foo.test", undefined],
  [{ customAllowlist: [] }, "a@foo.test", undefined],
  [{ customBlocklist: ["@FOO.Test"] }, "a@foo.test", notAllowed],
  [{ customBlocklist: ["@почта.рф"] }, "a@xn--80a1acny.xn--p1ai", notAllowed],
  [{ customBlocklist: ["a.b@foo.test"] }, "axb@foo.test", undefined],
  [{ customBlocklist: ["*@*oo*.test"] }, "a@foo.test", notAllowed],
  [{ customBlocklist: ["ab*b@foo.test"] }, "ab@foo.test", undefined],
])("%j and the address %s: %s", (policy, email, code) => {
  expect(emailIssue(emailBlocklistPolicy.parse(policy), email)?.code).toBe(code);
});

test("an item of many stars takes no time", () => {
  const policy = emailBlocklistPolicy.parse({ customBlocklist: [`${"a*".repeat(60)}b@foo.test`] });
  expect(emailIssue(policy, `${"a".repeat(110)}@foo.test`)).toBeUndefined();
});
