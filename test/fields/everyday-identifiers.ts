/** Random identifiers of everyday kinds, none of which is a card number. The same seed makes the same ones. */
import type { JsonValue } from "../../src/json.ts";

/** A source of whole numbers from 0 up to `below` (mulberry32). */
export type Pick = (below: number) => number;

export function seeded(seed: number): Pick {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const of = (pick: Pick, length: number, alphabet: string) =>
  Array.from({ length }, () => alphabet[pick(alphabet.length)]).join("");
const digits = (pick: Pick, length: number) => of(pick, length, "0123456789");
const number = (pick: Pick, length: number) => `${1 + pick(9)}${digits(pick, length - 1)}`;
const hex = (pick: Pick, length: number) => of(pick, length, "0123456789abcdef");
const capitals = (pick: Pick, length: number) => of(pick, length, "ABCDEFGHJKLMNPQRSTUVWXYZ");
const oneOf = <T>(pick: Pick, ...choices: [T, ...T[]]): T => choices[pick(choices.length)] ?? choices[0];
const grouped = (text: string, size: number, separator = " ") =>
  (text.match(new RegExp(`.{1,${size}}`, "g")) ?? []).join(separator);
const two = (value: number) => String(value).padStart(2, "0");

const uuid = (pick: Pick) =>
  [8, 4, 0, 0, 12]
    .map((length, part) => {
      if (part === 2) return oneOf(pick, "4", "7") + hex(pick, 3);
      return part === 3 ? of(pick, 1, "89ab") + hex(pick, 3) : hex(pick, length);
    })
    .join(oneOf(pick, "-", "-", ""));

/** GS1's check digit: weights 3 and 1 from the right. */
const withArticleDigit = (body: string) => {
  const sum = [...body]
    .reverse()
    .reduce((total, digit, index) => total + Number(digit) * (index % 2 ? 1 : 3), 0);
  return `${body}${(10 - (sum % 10)) % 10}`;
};

/** The check digit of ISO/IEC 7812, which phones and SIM cards share with cards. */
const withLuhnDigit = (body: string) => {
  const sum = [...body].reverse().reduce((total, digit, index) => {
    const value = index % 2 === 0 ? Number(digit) * 2 : Number(digit);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return `${body}${(10 - (sum % 10)) % 10}`;
};

const accounts: [string, number, string][] = [
  ["DE", 18, ""],
  ["ES", 20, ""],
  ["AT", 16, ""],
  ["NO", 11, ""],
  ["BE", 12, ""],
  ["CH", 17, ""],
  ["PL", 24, ""],
  ["IT", 22, "X"],
  ["GB", 14, "WEST"],
  ["NL", 10, "ABNA"],
];

function iban(pick: Pick): string {
  const [country, length, bank] = oneOf(pick, ["DE", 18, ""], ...accounts);
  const account = bank + digits(pick, length);
  const value = [...`${account}${country}00`].map((sign) => Number.parseInt(sign, 36)).join("");
  const rest = [...value].reduce((total, digit) => (total * 10 + Number(digit)) % 97, 0);
  const compact = `${country}${two(98 - rest)}${account}`;
  return oneOf(pick, compact, grouped(compact, 4));
}

function article(pick: Pick): string {
  const isbn = withArticleDigit(oneOf(pick, "978", "979") + digits(pick, 9));
  const hyphenated = isbn.replace(/^(\d{3})(\d)(\d{2})(\d{6})(\d)$/, "$1-$2-$3-$4-$5");
  const anywhere = withArticleDigit(digits(pick, 12));
  const german = withArticleDigit(`4${pick(5)}${digits(pick, 10)}`);
  return oneOf(pick, isbn, hyphenated, anywhere, german);
}

function serial(pick: Pick): string {
  const imei = withLuhnDigit(oneOf(pick, "35", "86", "01") + digits(pick, 12));
  const spaced = imei.replace(/^(\d\d)(\d{6})(\d{6})(\d)$/, "$1-$2-$3-$4");
  const sim = withLuhnDigit(`89${digits(pick, 16 + pick(2))}`);
  const letters = capitals(pick, 1) + digits(pick, 2) + capitals(pick, 3) + digits(pick, 8);
  const address = grouped(hex(pick, 12), 2, oneOf(pick, ":", "-"));
  return oneOf(pick, imei, spaced, sim, grouped(sim, 4), letters, address);
}

const moment = (pick: Pick) => new Date(1_000_000_000_000 + pick(1_000_000) * 1_000_000 + pick(1_000_000));

function timestamp(pick: Pick): string {
  const milliseconds = String(moment(pick).getTime());
  const compact = moment(pick).toISOString().replaceAll(/\D/g, "");
  return oneOf(
    pick,
    milliseconds,
    milliseconds + digits(pick, 3),
    milliseconds + digits(pick, 6),
    compact.slice(0, 14),
    compact,
  );
}

function dates(pick: Pick): string {
  const day = () => moment(pick).toISOString().slice(0, 10);
  const time = () => `${two(pick(24))}:${two(pick(60))}:${two(pick(60))}`;
  const european = () =>
    day()
      .split("-")
      .reverse()
      .join(oneOf(pick, ".", "/", "-"));
  return oneOf(
    pick,
    `${day()} ${time()}`,
    `${day()} ${day()}`,
    `${day()}/${day()}`,
    `${european()} ${european()}`,
    `${european()} ${time()}`,
    `${moment(pick).toISOString()}`,
  );
}

function phoneNumber(pick: Pick): string {
  const [country, length] = oneOf<[string, number]>(
    pick,
    ["1", 10],
    ["44", 10],
    ["47", 8],
    ["49", 10],
    ["49", 11],
    ["55", 11],
    ["86", 11],
    ["91", 10],
  );
  const national =
    country === "49" ? `15${digits(pick, length - 2)}` : `${2 + pick(8)}${digits(pick, length - 1)}`;
  const spaced = grouped(national, 2 + pick(3), oneOf(pick, " ", "-", "."));
  return oneOf(
    pick,
    `+${country}${national}`,
    `+${country} ${spaced}`,
    `00${country} ${spaced}`,
    `${country}${national}`,
    `0${spaced}`,
    `(${national.slice(0, 3)}) ${grouped(national.slice(3), 4, "-")}`,
  );
}

function orderNumber(pick: Pick): string {
  return oneOf(
    pick,
    `${digits(pick, 3)}-${digits(pick, 7)}-${digits(pick, 7)}`,
    `${digits(pick, 2)}-${digits(pick, 5)}-${digits(pick, 5)}`,
    `ORD-${2000 + pick(40)}-${digits(pick, 8)}`,
    `PO${digits(pick, 16)}`,
    `#${number(pick, 4 + pick(9))}`,
    number(pick, 8 + pick(5)),
    number(pick, 13),
  );
}

function trackingNumber(pick: Pick): string {
  const postal = `9${1 + pick(5)}${digits(pick, 20)}`;
  const parcel = number(pick, 12);
  return oneOf(
    pick,
    postal,
    grouped(postal, 4),
    parcel,
    grouped(parcel, 4),
    `1Z${of(pick, 16, "0123456789ABCDEFGHJKLMNPRSTUVWXYZ")}`,
    `JJD${digits(pick, 18)}`,
    `${capitals(pick, 2)} ${digits(pick, 3)} ${digits(pick, 3)} ${digits(pick, 3)} NO`,
    grouped(`00340434${digits(pick, 12)}`, 4),
  );
}

/** As numbers, and as text: measurements and coordinates. */
function fraction(pick: Pick): JsonValue {
  const value = (pick(2 ** 32) + pick(2 ** 32) / 2 ** 32) / 2 ** 32;
  const latitude = value * 180 - 90;
  const longitude = value * 360 - 180;
  return oneOf<JsonValue>(
    pick,
    value,
    value * 10 ** pick(9),
    latitude,
    String(latitude),
    `${latitude.toFixed(7)}, ${longitude.toFixed(7)}`,
    `${latitude.toFixed(6)} ${longitude.toFixed(6)}`,
  );
}

function url(pick: Pick): string {
  const id = number(pick, 16 + pick(4));
  return oneOf(
    pick,
    `https://cdn.example.com/avatars/${id}/${hex(pick, 32)}.png`,
    `https://example.com/orders/${grouped(id, 4, "-")}?ref=${id}`,
    `www.example.com/${id}`,
    `example.com/users/${id}`,
    `/users/${id}/settings`,
    `gid://shop/Order/${id}`,
  );
}

const token = (pick: Pick) =>
  oneOf(
    pick,
    `tok_${digits(pick, 16)}`,
    `user-${number(pick, 16)}`,
    `cus_${of(pick, 14, "0123456789abcdefghijklmnopqrstuvwxyz")}`,
    `${capitals(pick, 3)}-${grouped(digits(pick, 16), 4, "-")}`,
    `v${pick(30)}.${pick(99)}.${pick(999)}-${digits(pick, 14)}`,
  );

const ipAddress = (pick: Pick) => {
  const one = () => Array.from({ length: 4 }, () => pick(256)).join(".");
  return oneOf(pick, one(), `${one()} ${one()}`, `${one()}:${1024 + pick(60_000)}`, `${one()}/24 - ${one()}`);
};

/**
 * Left out, because nothing tells them from cards: numbers of 14 to 16 digits in one piece that have no check digit of
 * their own and start as a card does, such as a shop's order number of 16 digits or the IMEISV of a phone.
 */
export const everydayKinds: Record<string, (pick: Pick) => JsonValue> = {
  UUID: uuid,
  "snowflake of 17 to 19 digits": (pick) => number(pick, 17 + pick(3)),
  "order number": orderNumber,
  IBAN: iban,
  "EAN-13, ISBN-13": article,
  "IMEI, SIM card, serial number, MAC address": serial,
  timestamp: timestamp,
  "date and time": dates,
  "phone number": phoneNumber,
  "hex digest": (pick) => hex(pick, oneOf(pick, 32, 40, 64)),
  "tracking number": trackingNumber,
  fraction: fraction,
  "URL and path": url,
  "token with letters": token,
  "IP address": ipAddress,
};
