/** Rows of digits in a text: groups that follow each other with nothing but separators between them. */

/** A group of digits. `word` tells which word with letters it is a part of, if any. */
type Group = { digits: string; word: number | undefined };

export type Row = readonly Group[];

/** Spaces, dashes of any kind, dots, underscores and slashes. */
const separators = /^[\s\p{Z}\p{Pd}\u2212._·/\\\u2044\u2215]+$/u;
const space = /[\s\p{Z}]/u;

/** Words that people write beside a card's number, also without a space. They make no identifier of it. */
const aboutCards =
  /(?<!\p{L})(?:visa|mastercard|maestro|amex|discover|diners|jcb|unionpay|card|pan|exp|cvv|cvc)(?!\p{L})/giu;

type Piece = {
  text: string;
  isDigits: boolean;
  /** Nothing but separators stands before it. */
  follows: boolean;
  /** Pieces of one word have no space between them. */
  word: number;
};

/** @param text with ASCII digits. */
export function rowsOf(text: string): Row[] {
  const pieces = piecesOf(text.replaceAll(aboutCards, ","));
  const wordsWithLetters = new Set(pieces.filter(({ isDigits }) => !isDigits).map(({ word }) => word));
  const rows: Group[][] = [[]];
  for (const { text: digits, isDigits, follows, word } of pieces) {
    if (!isDigits || !follows) rows.push([]);
    if (isDigits) rows.at(-1)?.push({ digits, word: wordsWithLetters.has(word) ? word : undefined });
  }
  return rows;
}

/** Splits a text into runs of letters and digits. */
function piecesOf(text: string): Piece[] {
  let end = 0;
  let word = 0;
  return [...text.matchAll(/[\p{L}\p{M}\p{N}]+/gu)].map((match) => {
    const [piece] = match;
    const between = text.slice(end, match.index);
    end = match.index + piece.length;
    const follows = separators.test(between);
    if (!follows || space.test(between)) word += 1;
    return { text: piece, isDigits: !/\D/.test(piece), follows, word };
  });
}
