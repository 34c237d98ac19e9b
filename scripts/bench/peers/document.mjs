/** The document of the peers: the fields of the service's own, masked as there. */
import { createHash } from "node:crypto";

const profileFields = [
  "familyName",
  "givenName",
  "middleName",
  "nickname",
  "preferredUsername",
  "profile",
  "website",
  "gender",
  "birthdate",
  "zoneinfo",
  "locale",
  "address",
];

const pick = (from, names) => Object.fromEntries(names.map((name) => [name, from?.[name] ?? null]));
const time = (milliseconds) => (milliseconds === null ? null : new Date(milliseconds).toISOString());
const masked = (value, visible) => (value === null ? null : { masked: `•••••${visible(value)}` });

export function maskBusiness(business) {
  const shown = pick(business, [
    "dateOfBirth",
    "gender",
    "ethnicity",
    "mailingAddress",
    "ssn",
    "paymentMethods",
  ]);
  shown.ssn = masked(shown.ssn, (ssn) => ssn.slice(-4));
  shown.paymentMethods = masked(shown.paymentMethods, (methods) =>
    methods.map(({ brand, last4 }) => `${brand} ${last4}`).join(", "),
  );
  return shown;
}

export const composeDocument = (user, business) => ({
  ...pick(user, ["id", "username", "primaryEmail", "primaryPhone", "name", "avatar"]),
  profile: pick(user.profile, profileFields),
  customData: pick(user.customData, ["preferences", "newsletter"]),
  business: maskBusiness(business),
  hasPassword: user.hasPassword,
  createdAt: time(user.createdAt),
  updatedAt: time(user.updatedAt),
  lastSignInAt: time(user.lastSignInAt),
});

export const tagOf = (body) => `"${createHash("sha1").update(body).digest("base64url")}"`;

/** Splits a change into its fields at Logto and those of the business row. @returns undefined for a field that is neither. */
export function splitPatch({ business, ...logto }) {
  const known = ["username", "name", "avatar"];
  return Object.keys(logto).every((name) => known.includes(name)) ? { business, logto } : undefined;
}
