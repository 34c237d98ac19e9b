/**
 * The tenant's username policy. Logto applies it where people change their username themselves and not in the
 * Management API. Rules and their order as recorded from the Account API.
 */
import * as z from "zod";

/** Missing parts take Logto's own defaults. */
export const usernamePolicy = z.object({
  minLength: z.number().default(1),
  maxLength: z.number().default(128),
  allowedChars: z
    .object({
      lowercase: z.boolean().default(true),
      uppercase: z.boolean().default(true),
      numbers: z.boolean().default(true),
      underscore: z.boolean().default(true),
    })
    .prefault({}),
});

export type UsernamePolicy = z.output<typeof usernamePolicy>;

/** Why the tenant refuses an identifier: Logto's code without its prefix, and a sentence for people. */
export type IdentifierIssue = { code: string; message: string };

/** @returns the first rule that the username breaks, as Logto names it; undefined if it breaks none. */
export function usernameIssue(policy: UsernamePolicy, username: string): IdentifierIssue | undefined {
  const { minLength, maxLength, allowedChars } = policy;
  const broken: [boolean, string, string][] = [
    [username.length < minLength, "too_short", `must have at least ${minLength} characters here`],
    [username.length > maxLength, "too_long", `must have at most ${maxLength} characters here`],
    [
      !allowedChars.uppercase && /[A-Z]/.test(username),
      "uppercase_not_allowed",
      "must hold no capitals here",
    ],
    [
      !allowedChars.lowercase && /[a-z]/.test(username),
      "lowercase_not_allowed",
      "must hold no small letters here",
    ],
    [!allowedChars.numbers && /\d/.test(username), "numbers_not_allowed", "must hold no digits here"],
    [
      !allowedChars.underscore && /_/.test(username),
      "underscore_not_allowed",
      "must hold no underscores here",
    ],
  ];
  const first = broken.find(([isBroken]) => isBroken);
  return first && { code: `username_${first[1]}`, message: first[2] };
}
