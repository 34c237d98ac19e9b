/** How characters look: invisible ones, spaces, and the digits of every script. */

/** Drops what is not shown: format characters (direction marks, zero-width joiners …), fillers, variation selectors. */
export const withoutInvisible = (text: string): string =>
  text.replaceAll(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, "");

/** Whether anything of a text is shown. U+2800 is a Braille cell with no dot. */
export const isVisible = (text: string): boolean => /[^\p{Z}\p{Cc}\p{M}\u2800]/u.test(withoutInvisible(text));

/** Compatibility forms of characters (full-width, circled, superscript …) as plain ones, and all digits as ASCII digits. */
export const withPlainDigits = (text: string): string =>
  text.normalize("NFKC").replaceAll(/[^\P{Nd}0-9]/gu, asciiDigit);

/** Unicode keeps the ten digits of a script next to each other, in order; some scripts follow one another. */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let before = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(code - before - 1))) before += 1;
  return String(before % 10);
}
