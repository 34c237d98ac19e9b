/** Full card numbers, which no field may hold. */
import { isObject, type JsonValue } from "../json.ts";

/** 13 to 19 digits, with at most one space, dot or dash between two of them. */
const cardNumber = /(?<!\d)[2-6](?:[ .-]?\d){12,18}(?!\d)/g;

/** Whether a full card number stands in a value, in a member of it, or in a member's name. */
export function holdsCardNumber(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.some(holdsCardNumber);
  if (isObject(value))
    return Object.entries(value).some(([name, member]) => [name, member].some(holdsCardNumber));
  if (typeof value !== "string" && typeof value !== "number") return false;
  const candidates = String(value).match(cardNumber) ?? [];
  return candidates.some((candidate) => passesLuhn(candidate.replace(/\D/g, "")));
}

/** The check digit of ISO/IEC 7812-1, annex B. */
function passesLuhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const doubled = index % 2 === 0 ? Number(digit) : Number(digit) * 2;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}
