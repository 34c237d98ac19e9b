/** Strings of limited length. */
import * as z from "zod";

/**
 * A string of at most `maxLength` UTF-16 units. Zod counts code points, and so does Logto when it stores a name.
 * When Logto reads the user back it counts units, fails, and no API can read that user any more.
 */
export const stringUpTo = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .check(({ value, issues }) => {
      if (value.length <= maxLength) return;
      issues.push({ code: "too_big", origin: "string", maximum: maxLength, input: value });
    });

const controlCharacter = /\p{Cc}/u;

/** One line of text: not empty, without control characters, at most `maxLength` UTF-16 units. */
export const text = (maxLength: number) =>
  stringUpTo(maxLength)
    .min(1)
    .refine((value) => !controlCharacter.test(value), "holds a control character");
