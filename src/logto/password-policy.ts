/**
 * Evaluates the tenant's password policy without the breach check. It is needed while the breach service is away,
 * because Logto then evaluates nothing. The rules are Logto's: https://docs.logto.io, "Password policy".
 */
import * as z from "zod";

const count = (fallback: number) => z.number().int().min(1).default(fallback);

/** Missing members take Logto's defaults. */
export const passwordPolicy = z.object({
  length: z.object({ min: count(8), max: count(256) }).prefault({}),
  characterTypes: z.object({ min: count(1) }).prefault({}),
  rejects: z
    .object({
      repetitionAndSequence: z.boolean().default(true),
      userInfo: z.boolean().default(true),
      words: z.array(z.string()).default([]),
    })
    .prefault({}),
});

export type PasswordPolicy = z.output<typeof passwordPolicy>;

/** What is known about the person: a password must not consist of it. */
export type PersonalData = {
  name: string | null;
  username: string | null;
  primaryEmail: string | null;
  primaryPhone: string | null;
};

type Issue = { code: string; params?: Record<string, number> };

const characterTypes = [/[a-z]/, /[A-Z]/, /[0-9]/, /[ -/:-@[-`{-~]/];
const unsupported = /[^ -~]/;

/** A shorter run of repeated or sequential characters is not restricted. */
const shortestRun = 3;
/** A password is accepted if at least so many characters are in no restricted phrase. */
const unrestrictedCharacters = 3;

const rows = [
  "0123456789",
  "abcdefghijklmnopqrstuvwxyz",
  "qwertyuiop",
  "asdfghjkl",
  "zxcvbnm",
  "1qaz",
  "2wsx",
  "3edc",
  "4rfv",
  "5tgb",
  "6yhn",
  "7ujm",
  "8ik",
  "9ol",
].flatMap((row) => [row, [...row].reverse().join("")]);
const sequences = [...rows, ...rows.map((row) => row.toUpperCase())];

const countRun = (length: number) => (length >= shortestRun ? length : 0);

function repetition(rest: string): number {
  const different = [...rest].findIndex((character) => character !== rest[0]);
  return countRun(different === -1 ? rest.length : different);
}

function sequence(rest: string): number {
  let length = Math.min(1, rest.length);
  while (length < rest.length && sequences.some((row) => row.includes(rest.slice(0, length + 1))))
    length += 1;
  return countRun(length);
}

const longestPrefix = (rest: string, words: readonly string[]) =>
  Math.max(0, ...words.filter((word) => rest.startsWith(word)).map((word) => word.length));

const lower = (words: readonly string[]) => words.map((word) => word.toLowerCase()).filter(Boolean);

function personalWords({ name, username, primaryEmail, primaryPhone }: PersonalData): string[] {
  const names = name === null ? [] : [name, name.replaceAll(/\s+/g, ""), ...name.split(" ")];
  return lower([...names, username ?? "", primaryEmail?.split("@")[0] ?? "", primaryPhone ?? ""]);
}

type Restriction = { code: string; lengthAt: (rest: string) => number };

function restrictionsOf({ rejects }: PasswordPolicy, person: PersonalData): Restriction[] {
  const words = lower(rejects.words);
  const about = rejects.userInfo ? personalWords(person) : [];
  const runs = [
    { code: "restricted.repetition", lengthAt: repetition },
    { code: "restricted.sequence", lengthAt: sequence },
  ];
  return [
    ...(rejects.repetitionAndSequence ? runs : []),
    { code: "restricted.words", lengthAt: (rest) => longestPrefix(rest.toLowerCase(), words) },
    { code: "restricted.user_info", lengthAt: (rest) => longestPrefix(rest.toLowerCase(), about) },
  ];
}

/** A password is refused if almost all of its characters are in restricted phrases. */
function restricted(password: string, restrictions: readonly Restriction[]): Issue[] {
  const covered = new Set<number>();
  const codes = new Set<string>();
  for (let start = 0; start < password.length; start += 1) {
    for (const { code, lengthAt } of restrictions) {
      const length = lengthAt(password.slice(start));
      for (let index = start; index < start + length; index += 1) covered.add(index);
      if (length > 0) codes.add(code);
    }
  }
  const refused = covered.size > Math.max(1, password.length - unrestrictedCharacters);
  return refused ? [...codes].map((code) => ({ code })) : [];
}

/**
 * Evaluates all rules of the policy except the breach check.
 * @returns the violated rules as Logto's codes without the prefix `password_rejected.`; empty if there are none.
 */
export function evaluatePassword(policy: PasswordPolicy, password: string, person: PersonalData): Issue[] {
  const { length, characterTypes: types } = policy;
  const issues: Issue[] = [];
  if (password.length < length.min) issues.push({ code: "too_short", params: { min: length.min } });
  if (password.length > length.max) issues.push({ code: "too_long", params: { max: length.max } });
  if (unsupported.test(password)) {
    issues.push({ code: "unsupported_characters" });
  } else if (characterTypes.filter((type) => type.test(password)).length < types.min) {
    issues.push({ code: "character_types", params: { min: types.min } });
  }
  // The cost of the rest grows with the square of the length, so it is not evaluated for a very long password.
  if (password.length > 4_096) return issues;
  return [...issues, ...restricted(password, restrictionsOf(policy, person))];
}
