/** Full card numbers, which no field may hold, however they are written. */
import { isObject, type JsonValue } from "../json.ts";
import { fewestDigits, isCardNumber } from "./card-brands.ts";
import { withoutInvisible, withPlainDigits } from "./characters.ts";
import { type Row, rowsOf } from "./digit-rows.ts";
import { withoutEverydayNumbers } from "./everyday-numbers.ts";

/** Whether a full card number stands in a value, in a member of it, or in a member's name. */
export function holdsCardNumber(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.some(holdsCardNumber);
  if (isObject(value))
    return Object.entries(value).some(([name, member]) => [name, member].some(holdsCardNumber));
  if (typeof value === "number") return Number.isInteger(value) && textHoldsCardNumber(String(value));
  return typeof value === "string" && textHoldsCardNumber(value);
}

function textHoldsCardNumber(text: string): boolean {
  const plain = withPlainDigits(withoutInvisible(text));
  if (!hasEnough(plain)) return false;
  return rowsOf(withoutEverydayNumbers(plain))
    .filter((row) => hasEnough(digitsOf(row)))
    .some((row) => row.some((group) => isCard([group])) || isCardAtEdges(row) || isCardInFours(row));
}

const hasEnough = (text: string) => text.replaceAll(/\D/g, "").length >= fewestDigits;

/** Digits in one word with letters are an identifier, and no card's. */
function isCard(groups: Row, inFours = false): boolean {
  const [first] = groups;
  if (first?.word !== undefined && groups.every(({ word }) => word === first.word)) return false;
  return isCardNumber(digitsOf(groups), inFours);
}

const digitsOf = (groups: Row, separator = "") => groups.map(({ digits }) => digits).join(separator);

/** Month and year until which a card is good. */
const expiry = "(?:0?[1-9]|1[0-2]) ?(?:20)?[1-4]\\d";
const before = new RegExp(`^(?:${expiry})?$`);

/** The code on its back, or in front of a card of American Express, which has 15 digits and a code of four. */
const afterCode = (code: string) => new RegExp(`^(?:${expiry})?(?: ?${code})?$|^${code} ${expiry}$`);
const after = afterCode("\\d{3}");
const afterFifteen = afterCode("\\d{4}");

/** In groups of any sizes: the whole row, or all of it but what is printed on a card beside its number. */
function isCardAtEdges(row: Row): boolean {
  // 19 digits, and at most three groups on either side.
  if (row.length > 25) return false;
  const few = [0, 1, 2, 3].filter((count) => count < row.length);
  const starts = few.filter((count) => before.test(digitsOf(row.slice(0, count), " ")));
  return starts.some((start) =>
    few.some((count) => {
      const card = row.slice(start, row.length - count);
      const rest = digitsOf(row.slice(row.length - count), " ");
      return isCard(card) && (digitsOf(card).length === 15 ? afterFifteen : after).test(rest);
    }),
  );
}

/** Sizes of groups as brands print them: fours with a rest, and those of American Express and Diners Club. */
const printed = /^(?:4,4,(?:4,)?(?:4,)?[1-4]|4,6,[45])$/;

/** What may stand beside a number in fours: no four digits, or such as say a month or a year. */
const beside = /^(?!\d{4}$)|^(?:0[1-9]|1[0-2])[1-4]\d$|^(?:19|20)\d\d$/;

/**
 * In groups as they are printed, anywhere in a row that can be read as cards and what is written beside them. Longer
 * rows of fours are something else: account numbers, the numbers of parcels and of SIM cards.
 */
function isCardInFours(row: Row): boolean {
  /** How the groups up to an index can be read: not at all, as no card, as a card among others. */
  const readings = new Map([[0, { withCard: false }]]);
  for (const [start, { digits }] of row.entries()) {
    const reading = readings.get(start);
    if (!reading) continue;
    const read = (end: number, withCard: boolean) =>
      readings.set(end, { withCard: withCard || readings.get(end)?.withCard === true });
    if (beside.test(digits)) read(start + 1, reading.withCard);
    if (digits.length !== 4) continue;
    for (const end of [3, 4, 5].map((count) => start + count)) {
      const groups = row.slice(start, end);
      const sizes = groups.map((group) => group.digits.length).join();
      if (end <= row.length && printed.test(sizes) && isCard(groups, true)) read(end, true);
    }
  }
  return readings.get(row.length)?.withCard === true;
}
