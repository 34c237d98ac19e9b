/**
 * The field catalogue: what a profile is made of, said once. Stores, masks, step-up, the OpenAPI document,
 * `GET /me/schema` and the page's form all derive from it, so adapting the product to a team starts and ends here.
 */
import * as z from "zod";
import { isObject, type JsonValue } from "../json.ts";

/** Where a field lives. `logto` fields stand at the top of the document, the others in a group of their own. */
export type Storage = "logto" | "logto.profile" | "logto.customData" | "vault";

/** The member of the document that holds a storage's fields; `undefined` for the top level. */
export const groupOf = {
  logto: undefined,
  "logto.profile": "profile",
  "logto.customData": "customData",
  vault: "business",
} as const satisfies Record<Storage, string | undefined>;

type Field = {
  /** What a value must be. `null` always means "unset" and never reaches the schema. */
  schema: z.ZodType<JsonValue>;
  /** What a read shows in place of the value; without it, reads show the value. */
  mask?: (value: JsonValue) => string;
  /** A change, or a reveal, needs a fresh proof of who is calling. */
  stepUp?: true;
  /** The person sees it and cannot change it. */
  readOnly?: true;
};

/**
 * At most so many UTF-16 units. Zod counts code points, and so does Logto before it stores a name; it then measures
 * units when it reads the user back, fails, and that user is lost to every API.
 */
const units = (longest: number) =>
  z
    .string()
    .max(longest)
    .check(({ value, issues }) => {
      if (value.length <= longest) return;
      issues.push({ code: "too_big", origin: "string", maximum: longest, input: value });
    });

const controlCharacter = /\p{Cc}/u;
const text = (longest: number) =>
  units(longest)
    .min(1)
    .refine((value) => !controlCharacter.test(value), "holds a control character");

/** Spelled as it is stored: no user name, and nothing that a browser would first have to repair. */
const plainUrl = /^[a-z]+:\/\/[^\s\p{C}"<>`\\@/?#]+(?:[/?#][^\s\p{C}"<>`\\]*)?$/iu;

const webUrl = (protocol: RegExp) =>
  z
    .url({ protocol, hostname: z.regexes.domain, error: "must be a web address" })
    .pipe(units(2048))
    .refine((value) => plainUrl.test(value), "must be a plain web address without a user name");

const accepts = (check: (value: string) => unknown) => (value: string) => {
  try {
    check(value);
    return true;
  } catch {
    return false;
  }
};
const isTimeZone = accepts((value) => new Intl.DateTimeFormat("en", { timeZone: value }));
const isLocale = accepts((value) => Intl.getCanonicalLocales(value.replaceAll("_", "-")));

/** An e-mail address as Logto should hold it: lower case, so that two spellings cannot be two accounts. */
export const email = z.email("must be an e-mail address").max(128).toLowerCase();

/** A phone number as Logto holds it: E.164 digits without the plus; separators people type are dropped. */
export const phone = z
  .string()
  .max(32)
  .regex(/^\+?[1-9][\d ().-]*$/, "must be an international phone number")
  .overwrite((value) => value.replace(/\D/g, ""))
  .refine((value) => value.length >= 7 && value.length <= 15, "must have 7 to 15 digits");

/** The `address` claim of OpenID Connect Core 1.0, section 5.1.1, in Logto's spelling. */
const address = z.strictObject({
  formatted: z.string().min(1).max(1024).exactOptional(),
  streetAddress: z.string().min(1).max(256).exactOptional(),
  locality: text(128).exactOptional(),
  region: text(128).exactOptional(),
  postalCode: text(32).exactOptional(),
  country: text(64).exactOptional(),
});

/** OpenID Connect's `birthdate`: a day, a day without its year (`0000-`), or a year alone. */
const birthdate = z
  .string()
  .regex(/^\d{4}(-\d{2}-\d{2})?$/, "must be YYYY-MM-DD, 0000-MM-DD or YYYY")
  .refine((value) => {
    const day = value.replace(/^0000-/, "2000-");
    return day.length === 4 || z.iso.date().safeParse(day).success;
  }, "must be a day of the calendar");

const dateOfBirth = z.iso
  .date("must be YYYY-MM-DD")
  .refine((value) => value >= "1900-01-01" && Date.parse(value) <= Date.now(), "must be a day in the past");

const paymentMethod = z.strictObject({
  token: text(256),
  brand: text(32),
  last4: z.string().regex(/^\d{4}$/, "must be the last four digits"),
  expiry: z
    .string()
    .regex(/^((0[1-9]|1[0-2])\/(\d{2}|\d{4})|\d{4}-(0[1-9]|1[0-2]))$/, "must be MM/YY, MM/YYYY or YYYY-MM"),
});
const paymentMethods = z.array(paymentMethod).max(20);

const masked = (visible: string) => `•••••${visible}`;

/** True where a careless merge elsewhere would reach the prototype of every object. */
function reachesPrototype(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.some(reachesPrototype);
  if (!isObject(value)) return false;
  return Object.entries(value).some(
    ([name, member]) =>
      (name === "constructor" && isObject(member) && Object.hasOwn(member, "prototype")) ||
      reachesPrototype(member),
  );
}

/** Preferences are whatever JSON object a page keeps in them, up to this many characters. */
const maxPreferencesLength = 16_384;

const fields = {
  logto: {
    username: {
      schema: z
        .string()
        .max(128)
        .regex(/^[A-Z_a-z]\w*$/, "must start with a letter and hold letters, digits and _ only"),
    },
    primaryEmail: { schema: email, stepUp: true },
    primaryPhone: { schema: phone, stepUp: true },
    name: { schema: text(128) },
    avatar: { schema: webUrl(/^https$/) },
  },
  "logto.profile": {
    familyName: { schema: text(256) },
    givenName: { schema: text(256) },
    middleName: { schema: text(256) },
    nickname: { schema: text(256) },
    preferredUsername: { schema: text(256) },
    profile: { schema: webUrl(/^https?$/) },
    website: { schema: webUrl(/^https?$/) },
    gender: { schema: text(64) },
    birthdate: { schema: birthdate },
    zoneinfo: { schema: text(64).refine(isTimeZone, "must be a time zone of the IANA database") },
    locale: { schema: text(35).refine(isLocale, "must be a BCP 47 language tag") },
    address: { schema: address },
  },
  "logto.customData": {
    preferences: {
      schema: z
        .record(z.string().min(1).max(128), z.json())
        .refine((value) => JSON.stringify(value).length <= maxPreferencesLength, "is too large")
        .refine((value) => !reachesPrototype(value), "must not name a constructor's prototype"),
    },
    newsletter: { schema: z.boolean() },
  },
  vault: {
    dateOfBirth: { schema: dateOfBirth },
    gender: { schema: text(64) },
    ethnicity: { schema: text(64) },
    mailingAddress: { schema: address },
    ssn: {
      schema: z.string().regex(/^\d{3}-?\d{2}-?\d{4}$/, "must be nine digits, with or without dashes"),
      mask: (value) => masked(String(value).slice(-4)),
      stepUp: true,
    },
    paymentMethods: {
      schema: paymentMethods,
      mask: (value) =>
        paymentMethods
          .parse(value)
          .map(({ brand, last4 }) => `${brand} ${masked(last4)}`)
          .join(", "),
      stepUp: true,
    },
  },
} as const satisfies Record<Storage, Record<string, Field>>;

/** One field of the catalogue with its place: `pointer` is its RFC 6901 path in the document. */
export type FieldEntry = Field & { name: string; storage: Storage; pointer: string };

const storages = ["logto", "logto.profile", "logto.customData", "vault"] as const satisfies Storage[];

const entriesOf = (storage: Storage): FieldEntry[] => {
  const group = groupOf[storage];
  return Object.entries<Field>(fields[storage]).map(([name, field]) => ({
    ...field,
    name,
    storage,
    pointer: group === undefined ? `/${name}` : `/${group}/${name}`,
  }));
};

/** Every field in document order. */
export const catalogue: readonly FieldEntry[] = storages.flatMap(entriesOf);
