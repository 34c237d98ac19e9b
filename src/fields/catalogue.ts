/**
 * The field catalogue: the fields of a profile, each defined once. Where a change is stored, what is masked, what
 * needs step-up, the OpenAPI document and `GET /me/schema` are all derived from it: edit this file to add a field.
 */
import * as z from "zod";
import type { JsonValue } from "../json.ts";
import { address } from "./address.ts";
import { birthdate, dateOfBirth } from "./day.ts";
import { email } from "./email.ts";
import type { Kind } from "./kind.ts";
import { locale, timeZone } from "./locale.ts";
import { maskPaymentMethods, paymentMethods } from "./payment-methods.ts";
import { phone } from "./phone.ts";
import { preferences } from "./preferences.ts";
import { maskSocialSecurityNumber, socialSecurityNumber } from "./social-security-number.ts";
import { text } from "./text.ts";
import { username } from "./username.ts";
import { webUrl } from "./web-url.ts";

/** Where fields are stored, in the order of the document. */
export const storages = ["logto", "logto.profile", "logto.customData", "vault"] as const;

/** Where a field is stored. `logto` fields are top-level members of the document; the others have a group each. */
export type Storage = (typeof storages)[number];

/** The member of the document that holds the fields of a storage; `undefined` for the top level. */
export const groupOf = {
  logto: undefined,
  "logto.profile": "profile",
  "logto.customData": "customData",
  vault: "business",
} as const satisfies Record<Storage, string | undefined>;

type Field = Kind & {
  /** What a read shows instead of the value. Default: the value itself. */
  mask?: (value: JsonValue) => string;
  /** A change needs step-up. Default: it needs none. */
  stepUp?: true;
  /** People can read the field and cannot change it. Default: they can change it. */
  readOnly?: true;
};

const fields = {
  logto: {
    username,
    primaryEmail: { ...email, stepUp: true },
    primaryPhone: { ...phone, stepUp: true },
    name: text(128),
    avatar: webUrl(/^https:$/),
  },
  "logto.profile": {
    familyName: text(256),
    givenName: text(256),
    middleName: text(256),
    nickname: text(256),
    preferredUsername: text(256),
    profile: webUrl(/^https?:$/),
    website: webUrl(/^https?:$/),
    gender: text(64),
    birthdate,
    zoneinfo: timeZone,
    locale,
    address,
  },
  "logto.customData": {
    preferences,
    newsletter: { schema: z.boolean() },
    /** To be called at. It is no way to sign in. */
    contactPhone: text(64),
  },
  vault: {
    dateOfBirth,
    gender: text(64),
    ethnicity: text(64),
    mailingAddress: address,
    ssn: { ...socialSecurityNumber, mask: maskSocialSecurityNumber, stepUp: true },
    paymentMethods: { ...paymentMethods, mask: maskPaymentMethods, stepUp: true },
  },
} as const satisfies Record<Storage, Record<string, Field>>;

/** One field with its name and place; `pointer` is its JSON pointer (RFC 6901) in the document. */
export type FieldEntry = Field & { name: string; storage: Storage; pointer: string };

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
