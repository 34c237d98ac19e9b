import type { PasswordPolicy } from "./store/sign-in-experience.ts";

/** A reason why a password is rejected, with Logto's code. */
export type PasswordIssue = { code: `password_rejected.${string}`; interpolation?: Record<string, number> };

/** The personal data that a password must not consist of. */
export type PersonalData = {
  [Member in "name" | "username" | "email" | "phone"]?: string | null | undefined;
};

/** The space is one of them. */
const symbols = " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
const rows = ["0123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm"];
const columns = ["1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "8ik", "9ol"];
/** Every sequence in both directions, all in lower case or all in upper case. */
const sequences = [...rows, ...columns]
  .flatMap((keys) => [keys, [...keys].reverse().join("")])
  .flatMap((keys) => [keys, keys.toUpperCase()]);
/** Shorter repetitions and sequences do not count. */
const minimalRun = 3;
/** A password is accepted when this many of its characters are not restricted. */
const freeCharacters = 3;

/** Length and character types. Lengths count UTF-16 units, and nothing is trimmed. */
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
 * Repetitions, sequences, listed words and personal data. The characters of all of them are counted together,
 * and the password is rejected when more than its length minus three are restricted.
 */
export function restrictedIssues(
  password: string,
  policy: PasswordPolicy,
  user: PersonalData,
): PasswordIssue[] {
  const restricted = new Set<number>();
  const found = new Set<string>();
  const { repetitionAndSequence, words, userInfo } = policy.rejects;
  const personal = userInfo ? personalWords(user) : [];
  for (let start = 0; start < password.length; start += 1) {
    const rest = password.slice(start);
    const lengths = {
      repetition: repetitionAndSequence ? repetition(rest) : 0,
      sequence: repetitionAndSequence ? sequence(rest) : 0,
      words: longestWord(rest, words),
      user_info: longestWord(rest, personal),
    };
    for (const [kind, length] of Object.entries(lengths)) {
      if (length > 0) found.add(kind);
      for (let index = start; index < start + length; index += 1) restricted.add(index);
    }
  }
  if (restricted.size <= Math.max(1, password.length - freeCharacters)) return [];
  return [...found].map((kind) => ({ code: `password_rejected.restricted.${kind}` }));
}

/** How many of the four types occur; `undefined` if a character belongs to none of them. */
function characterTypes(password: string): number | undefined {
  const types = [...password].map((char) => {
    if (/[a-z]/.test(char)) return "lower";
    if (/[A-Z]/.test(char)) return "upper";
    if (/[0-9]/.test(char)) return "digit";
    return symbols.includes(char) ? "symbol" : undefined;
  });
  return types.includes(undefined) ? undefined : new Set(types).size;
}

/** The length of the run of one character at the start of a text. */
function repetition(text: string): number {
  let length = 0;
  while (length < text.length && text[length] === text[0]) length += 1;
  return length >= minimalRun ? length : 0;
}

/** The length of the sequence at the start of a text. */
function sequence(text: string): number {
  let length = 0;
  const isSequence = (part: string) => sequences.some((known) => known.includes(part));
  while (length < text.length && isSequence(text.slice(0, length + 1))) length += 1;
  return length >= minimalRun ? length : 0;
}

function personalWords({ name, username, email, phone }: PersonalData): string[] {
  const names = !name ? [] : [name, name.replaceAll(/\s+/g, ""), ...name.split(" ")];
  const others = [username, email?.split("@")[0], phone];
  return [...names, ...others].flatMap((word) => word || []);
}

/** The length of the longest word that a text starts with, in any letter case. */
function longestWord(text: string, words: string[]): number {
  const start = text.toLowerCase();
  const lengths = words.filter((word) => start.startsWith(word.toLowerCase())).map((word) => word.length);
  return Math.max(0, ...lengths);
}
