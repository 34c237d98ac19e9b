/** Whether a number in JSON is still the same number after a double (IEEE 754) has held it. */

/** More text than this is not looked at, so that the work stays small. A double has at most 17 digits that count. */
const maxLength = 128;
/** That many significant digits tell every double from its neighbours. */
const digitsOfDouble = 17;
/** The longest form that `toPrecision` prints. */
const longestPrecision = 100;
/** Smaller doubles have fewer digits. */
const smallestNormal = 2.2250738585072014e-308;

/**
 * Programs print one double in different ways: in the shortest form that reads back as the same double, with 17 digits,
 * or with all its digits. All of these are accepted. What a double would change visibly is not: a whole number beyond
 * 2^53 that it rounds, a fraction with more digits than a double has, infinity, and a small number that becomes zero.
 * @param written a number in the syntax of RFC 8259.
 */
export function fitsDouble(written: string): boolean {
  const value = Number(written);
  if (!Number.isFinite(value) || written.length > maxLength) return false;
  if (written.length <= 15 && !/e/i.test(written)) return true;
  const decimal = parseDecimal(written);
  if (areEqual(decimal, parseDecimal(String(value)))) return true;
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return false;
  const { length } = decimal.digits;
  if (length <= longestPrecision && areEqual(decimal, parseDecimal(value.toPrecision(length || 1))))
    return true;
  return length <= digitsOfDouble && Math.abs(value) >= smallestNormal;
}

/** The digits without zeros at either end, and the power of ten of the last one: equal for all spellings of a number. */
type Decimal = { digits: string; power: number };

function parseDecimal(written: string): Decimal {
  const [mantissa = "", exponent = "0"] = written.toLowerCase().replace(/^-/, "").split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  const padded = `${whole}${fraction}`.replace(/^0+/, "");
  const digits = padded.replace(/0+$/, "");
  if (digits === "") return { digits, power: 0 };
  return { digits, power: Number(exponent) - fraction.length + (padded.length - digits.length) };
}

const areEqual = (one: Decimal, other: Decimal) => one.digits === other.digits && one.power === other.power;
