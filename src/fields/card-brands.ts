/** Which digits are a card's number: a brand's prefix, a length that goes with it, and the check digit. */

type Range = {
  prefix: RegExp;
  /** Lengths that the brand issues. */
  lengths: readonly number[];
  /** Lengths that its rules allow and hardly any card has: believed only of digits in groups of four. */
  rare?: readonly number[];
};

/**
 * Each brand's ranges. Where a length is an everyday identifier's too, the prefixes are narrow, those that are in use or
 * that the brand publishes test numbers of: 13 digits in one piece are an article or a mobile number (Visa has long
 * stopped to issue them), 17 to 19 digits the identifier of a message or of a row (snowflakes).
 */
const ranges: Record<string, readonly Range[]> = {
  visa: [
    { prefix: /^4/, lengths: [16], rare: [13, 19] },
    { prefix: /^(?:4007|4012|4222|4929)/, lengths: [13] },
    { prefix: /^(?:4444|4917)/, lengths: [19] },
  ],
  mastercard: [{ prefix: /^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, lengths: [16] }],
  amex: [{ prefix: /^3[47]/, lengths: [15] }],
  discover: [{ prefix: /^(?:6011|64[4-9]|65)/, lengths: [16], rare: [17, 18, 19] }],
  diners: [{ prefix: /^(?:30[0-5]|3095|36|38|39)/, lengths: [14, 16], rare: [15, 17, 18, 19] }],
  jcb: [
    { prefix: /^35(?:2[89]|[3-8])/, lengths: [16], rare: [17, 18, 19] },
    { prefix: /^(?:1800|2131)/, lengths: [15] },
  ],
  unionpay: [
    { prefix: /^(?:62|81)/, lengths: [16], rare: [17, 18, 19] },
    { prefix: /^(?:62[0-3]|8171)/, lengths: [19] },
  ],
  // With the national debit schemes that share its prefixes.
  maestro: [
    { prefix: /^(?:50|5[6-9]|6)/, lengths: [16], rare: [17, 18, 19] },
    {
      prefix: /^(?:50(?:18|20|33|38)|5(?:612|641|868|893)|6304|633[34]|6390|67(?:0[369]|59|6[0-37]|71|99))/,
      lengths: [12, 13, 14, 15, 17, 18, 19],
    },
  ],
  verve: [{ prefix: /^50(?:6[01]|78)/, lengths: [18, 19] }],
  mir: [{ prefix: /^220[0-4]/, lengths: [16], rare: [17, 18, 19] }],
  rupay: [{ prefix: /^82/, lengths: [16] }],
  troy: [{ prefix: /^9792/, lengths: [16] }],
  uzcard: [{ prefix: /^8600/, lengths: [16] }],
  humo: [{ prefix: /^9860/, lengths: [16] }],
};

const allRanges = Object.values(ranges).flat();

/** No card's number is shorter, and none longer. */
export const fewestDigits = 12;
const mostDigits = 19;

/** @param inFours whether the digits stand in groups of four, as on a card. */
export function isCardNumber(digits: string, inFours = false): boolean {
  const { length } = digits;
  if (length < fewestDigits || length > mostDigits) return false;
  const belongs = ({ prefix, lengths, rare }: Range) =>
    (lengths.includes(length) || (inFours && rare?.includes(length))) && prefix.test(digits);
  return allRanges.some(belongs) && hasCheckDigit(digits);
}

/** The check digit of ISO/IEC 7812-1, annex B. */
function hasCheckDigit(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const doubled = index % 2 === 0 ? Number(digit) : Number(digit) * 2;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}
