/** Numbers that are no card's, by how they are written: they are taken out of a text before cards are looked for. */
import { isCardNumber } from "./card-brands.ts";
import { isPhone } from "./phone.ts";

/** Stands where a number was taken out: neither a letter, nor a digit, nor anything that separates groups of digits. */
const gap = ",";

/** What may stand between two groups of one number. It is bounded, so that no text takes long. */
const between = "[\\s\\p{Pd}\\u2212._/]{0,5}";

const url = /(?:(?<![\p{L}\d])[a-z][a-z\d+.-]{0,20}:\/\/|(?<![\p{L}\d])www\.)\S*/giu;

/** One number or several with a decimal point, and no other digits beside them. */
const fractions = new RegExp(
  `(?<!\\d${between})-?\\d{1,3}\\.\\d{4,}(?:\\s+-?\\d{1,3}\\.\\d{4,})*(?!${between}\\d)`,
  "gu",
);

const dayOrMonth = "(?:0?[1-9]|[12]\\d|3[01])";
const year = "(?:19|20)\\d\\d";

const date = new RegExp(
  `(?<!\\d)(?:${year}([-./])${dayOrMonth}\\1${dayOrMonth}|${dayOrMonth}([-./])${dayOrMonth}\\2${year})(?!\\d)`,
  "g",
);

const ipAddress = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])/g;

/** 7 to 15 digits after a plus. */
const phone = new RegExp(`\\+\\d(?:[()]*${between}[()]*\\d){6,14}(?!${between}\\d)`, "gu");

const iban = /(?<![\p{L}\d])[A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){2,7}(?: ?[A-Z\d]{1,3})?(?![\p{L}\d])/gu;

/** The check digits of ISO 13616: the account first, letters as numbers from 10 on, modulo 97. */
function isIban(text: string): boolean {
  const account = text.replaceAll(" ", "");
  const digits = [...account.slice(4), ...account.slice(0, 4)]
    .map((sign) => Number.parseInt(sign, 36))
    .join("");
  return [...digits].reduce((rest, digit) => (rest * 10 + Number(digit)) % 97, 0) === 1;
}

/** Whether what follows two letters and two digits is a whole card number, and the four say something about it. */
const isLabelledCard = (text: string) => !isIban(text) && isCardNumber(text.slice(4).replaceAll(" ", ""));

/** @param text with ASCII digits. */
export const withoutEverydayNumbers = (text: string): string =>
  text
    .replaceAll(url, gap)
    .replaceAll(iban, (found) => (isLabelledCard(found) ? found : gap))
    .replaceAll(phone, (found) => (isPhone(found.replaceAll(/\D/g, "")) ? gap : found))
    .replaceAll(date, gap)
    .replaceAll(ipAddress, gap)
    .replaceAll(fractions, gap);
