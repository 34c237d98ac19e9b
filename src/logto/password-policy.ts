/**
 * The tenant's password policy without its breach check, for when the breach service keeps Logto from answering.
 * Rules as recorded from `check-password`, and as Logto documents them: https://docs.logto.io, "Password policy".
 */
import * as z from "zod";

const count = (fallback: number) => z.number().int().min(1).default(fallback);

/** Missing parts take Logto's own defaults. */
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

/** What a password should not be made of. */
export type PersonalWords = {
  name: string | null;
  username: string | null;
  primaryEmail: string | null;
  primaryPhone: string | null;
};

type Issue = { code: string; params?: Record<string, number> };

const characterTypes = [/[a-z]/, /[A-Z]/, /[0-9]/, /[ -/:-@[-`{-~]/];
const unsupported = /[^ -~]/;

/** Shortest run that counts, and how many characters outside such runs make a password acceptable. */
const shortestRun = 3;
const tolerated = 3;

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

const counted = (length: number) => (length >= shortestRun ? length : 0);

function repetition(rest: string): number {
  const different = [...rest].findIndex((character) => character !== rest[0]);
  return counted(different === -1 ? rest.length : different);
}

function sequence(rest: string): number {
  let length = Math.min(1, rest.length);
  while (length < rest.length && sequences.some((row) => row.includes(rest.slice(0, length + 1))))
    length += 1;
  return counted(length);
}

const longestPrefix = (rest: string, words: readonly string[]) =>
  Math.max(0, ...words.filter((word) => rest.startsWith(word)).map((word) => word.length));

const lower = (words: readonly string[]) => words.map((word) => word.toLowerCase()).filter(Boolean);

function personal({ name, username, primaryEmail, primaryPhone }: PersonalWords): string[] {
  const names = name === null ? [] : [name, name.replaceAll(/\s+/g, ""), ...name.split(" ")];
  return lower([...names, username ?? "", primaryEmail?.split("@")[0] ?? "", primaryPhone ?? ""]);
}

type Restriction = { code: string; lengthAt: (rest: string) => number };

function restrictionsOf({ rejects }: PasswordPolicy, person: PersonalWords): Restriction[] {
  const words = lower(rejects.words);
  const about = rejects.userInfo ? personal(person) : [];
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

/** A password is refused when all but a few of its characters belong to restricted phrases. */
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
  const refused = covered.size > Math.max(1, password.length - tolerated);
  return refused ? [...codes].map((code) => ({ code })) : [];
}

/**
 * Evaluates everything the policy asks but the breach check.
 * @returns the broken rules under Logto's codes, without their `password_rejected.` prefix; empty when it passes.
 */
export function evaluatePassword(policy: PasswordPolicy, password: string, person: PersonalWords): Issue[] {
  const { length, characterTypes: types } = policy;
  const issues: Issue[] = [];
  if (password.length < length.min) issues.push({ code: "too_short", params: { min: length.min } });
  if (password.length > length.max) issues.push({ code: "too_long", params: { max: length.max } });
  if (unsupported.test(password)) {
    issues.push({ code: "unsupported_characters" });
  } else if (characterTypes.filter((type) => type.test(password)).length < types.min) {
    issues.push({ code: "character_types", params: { min: types.min } });
  }
  // Each start looks at the whole rest: an absurdly long password is refused before that gets expensive.
  if (password.length > 4_096) return issues;
  return [...issues, ...restricted(password, restrictionsOf(policy, person))];
}
