/** Strings of limited length. */
import * as z from "zod";
import { isVisible } from "./characters.ts";
import { askedAs, type Kind, textKind } from "./kind.ts";

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

/** Control characters and, where there may be one line only, whatever begins another one. */
const control = /[^\P{Cc}\t\n\r]/u;
const controlOrLineBreak = /[\p{Cc}\p{Zl}\p{Zp}]/u;

/** Embeddings, overrides and isolates: they reorder what a page shows after the text. */
const reordering = /[\u202a-\u202e\u2066-\u2069]/u;

const visibleUpTo = (maxLength: number, forbidden: RegExp) =>
  stringUpTo(maxLength)
    .min(1)
    .refine(isVisible, "must hold a visible character")
    .refine((value) => !forbidden.test(value), "holds a control character")
    .refine((value) => !reordering.test(value), "holds a character that changes the direction of other text");

/** The schema of one line of text with something to see in it. */
export const oneLine = (maxLength: number) => visibleUpTo(maxLength, controlOrLineBreak);

/** One line of text with something to see in it, at most `maxLength` UTF-16 units. */
export const text = (maxLength: number): Kind => textKind(oneLine(maxLength));

/** The same, on one line or more. */
export const lines = (maxLength: number): Kind => askedAs("lines", textKind(visibleUpTo(maxLength, control)));
