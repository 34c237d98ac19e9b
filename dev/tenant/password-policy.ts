import type { PasswordPolicy } from "./settings.ts";

/** Why a password was turned down, in Logto's words. */
export type PasswordIssue = { code: `password_rejected.${string}`; interpolation?: Record<string, number> };

/** What is known of the person, to be kept out of the password. */
export type PersonalWords = {
  name: string | null;
  username: string | null;
  email: string | null;
  phone: string | null;
};

const symbols = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
const rows = ["0123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm"];
const columns = ["1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "8ik", "9ol"];
const runs = [...rows, ...columns].flatMap((run) => [run, [...run].reverse().join("")]);
/** Shorter repetitions and sequences are no weakness; that many free characters make up for any. */
const threshold = 3;

/** Length and character types: what can be told without looking at words. */
export function basicIssues(password: string, policy: PasswordPolicy): PasswordIssue[] {
  const issues: PasswordIssue[] = [];
  const { min, max } = policy.length;
  if (password.length < min) issues.push({ code: "password_rejected.too_short", interpolation: { min } });
  if (password.length > max) issues.push({ code: "password_rejected.too_long", interpolation: { max } });
  const types = characterTypes(password);
  if (types === undefined) {
    issues.push({ code: "password_rejected.unsupported_characters" });
  } else if (types < policy.characterTypes.min) {
    const needed = { min: policy.characterTypes.min };
    issues.push({ code: "password_rejected.character_types", interpolation: needed });
  }
  return issues;
}

/**
 * Repetitions, sequences, listed words and personal data. They count only together: a password passes
 * while more than three of its characters belong to none of them.
 */
export function restrictedIssues(
  password: string,
  policy: PasswordPolicy,
  person: PersonalWords,
): PasswordIssue[] {
  const covered = new Set<number>();
  const found = new Set<string>();
  const { repetitionAndSequence, words, userInfo } = policy.rejects;
  const personal = userInfo ? personalWords(person) : [];
  for (let start = 0; start < password.length; start += 1) {
    const rest = password.slice(start).toLowerCase();
    const matches = {
      repetition: repetitionAndSequence ? repetition(rest) : 0,
      sequence: repetitionAndSequence ? sequence(rest) : 0,
      words: longestPrefix(rest, words),
      user_info: longestPrefix(rest, personal),
    };
    for (const [kind, length] of Object.entries(matches)) {
      if (length > 0) found.add(kind);
      for (let index = start; index < start + length; index += 1) covered.add(index);
    }
  }
  const tolerated = Math.max(1, password.length - threshold);
  if (covered.size <= tolerated) return [];
  return [...found].map((kind) => ({ code: `password_rejected.restricted.${kind}` }));
}

function characterTypes(password: string): number | undefined {
  const types = [...password].map((char) => {
    if (/[a-z]/.test(char)) return "lower";
    if (/[A-Z]/.test(char)) return "upper";
    if (/[0-9]/.test(char)) return "digit";
    return symbols.includes(char) ? "symbol" : undefined;
  });
  return types.includes(undefined) ? undefined : new Set(types).size;
}

function repetition(text: string): number {
  let length = 0;
  while (length < text.length && text[length] === text[0]) length += 1;
  return length >= threshold ? length : 0;
}

function sequence(text: string): number {
  let length = 0;
  while (length < text.length && runs.some((run) => run.includes(text.slice(0, length + 1)))) length += 1;
  return length >= threshold ? length : 0;
}

function personalWords({ name, username, email, phone }: PersonalWords): string[] {
  const names = name === null ? [] : [name, name.replaceAll(/\s+/g, ""), ...name.split(" ")];
  const others = [username, email?.split("@")[0], phone];
  return [...names, ...others].flatMap((word) => word || []);
}

function longestPrefix(text: string, words: string[]): number {
  const lengths = words.filter((word) => text.startsWith(word.toLowerCase())).map((word) => word.length);
  return Math.max(0, ...lengths);
}
