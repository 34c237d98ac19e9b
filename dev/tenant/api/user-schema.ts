import * as z from "zod/v3";
import { LogtoError } from "../http/logto-error.ts";
import type { JsonObject, User } from "../store/users.ts";

/** The formats that Logto accepts. They are lax. */
export const formats = {
  username: z.string().regex(/^[A-Za-z_]\w*$/),
  email: z.string().regex(/^\S+@\S+\.\S+$/),
  phone: z.string().regex(/^\d+$/),
};

const clearable = <Schema extends z.ZodTypeAny>(schema: Schema) =>
  schema.or(z.literal("")).nullable().optional();

/** The OIDC claims a profile may hold; unknown keys are dropped. */
export const profileSchema = z
  .object({
    familyName: z.string(),
    givenName: z.string(),
    middleName: z.string(),
    nickname: z.string(),
    preferredUsername: z.string(),
    profile: z.string(),
    website: z.string(),
    gender: z.string(),
    birthdate: z.string(),
    zoneinfo: z.string(),
    locale: z.string(),
    address: z
      .object({
        formatted: z.string(),
        streetAddress: z.string(),
        locality: z.string(),
        region: z.string(),
        postalCode: z.string(),
        country: z.string(),
      })
      .partial(),
  })
  .partial();

/** Any JSON object. */
export const customDataSchema = z.object({}).passthrough();

/** `PATCH /users/:id`. */
export const userPatchSchema = z.object({
  username: clearable(formats.username),
  primaryEmail: clearable(formats.email),
  primaryPhone: clearable(formats.phone),
  name: clearable(z.string()),
  avatar: clearable(z.string().url()),
  customData: customDataSchema.optional(),
  profile: profileSchema.optional(),
});

/** `POST /users`. */
export const userPostSchema = userPatchSchema.extend({ password: z.string().min(1).optional() });

const columnLengths = { username: 128, primaryEmail: 128, primaryPhone: 128, name: 128, avatar: 2048 };
type TextColumn = keyof typeof columnLengths;
const columns: TextColumn[] = ["username", "primaryEmail", "primaryPhone", "name", "avatar"];

/** The columns that a change writes. */
export type UserChange = Partial<Pick<User, TextColumn | "customData" | "profile">>;

/**
 * Converts a change to what PostgreSQL stores: lengths count code points, U+0000 is an error, and a lone
 * surrogate becomes U+FFFD in text and is refused in JSON.
 * @throws {LogtoError} 422 `entity.invalid_input` when the change is empty, `entity.value_too_long`.
 */
export function storable(change: z.output<typeof userPatchSchema>): UserChange {
  const stored: UserChange = {};
  for (const column of columns) {
    const value = change[column];
    if (value !== undefined)
      stored[column] = value === null || value === "" ? null : storableText(column, value);
  }
  if (change.customData) stored.customData = storableJson(change.customData);
  if (change.profile) stored.profile = storableJson(change.profile);
  if (stored.primaryPhone) stored.primaryPhone = withoutTrunkZero(stored.primaryPhone);
  if (Object.keys(stored).length === 0) throw new LogtoError(422, "entity.invalid_input");
  return stored;
}

/** A JSON value as PostgreSQL's jsonb stores it. @throws {LogtoError} 422 for a lone surrogate. */
export function storableJson(value: JsonObject): JsonObject {
  const text = JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === "string") assertNoNull(part);
    if (typeof part === "string" && !part.isWellFormed()) throw new LogtoError(422, "entity.invalid_input");
    return part;
  });
  return customDataSchema.parse(JSON.parse(text));
}

function storableText(column: TextColumn, value: string): string {
  assertNoNull(value);
  if ([...value].length > columnLengths[column]) throw new LogtoError(422, "entity.value_too_long", {});
  return value.toWellFormed();
}

function assertNoNull(text: string): void {
  if (text.includes("\u0000")) throw new Error("the database takes no U+0000");
}

const trunkZeroCountries = [
  "20",
  "27",
  "31",
  "32",
  "33",
  "41",
  "43",
  "44",
  "46",
  "49",
  "61",
  "64",
  "81",
  "82",
];

/** Logto's phone parser drops the trunk zero, which is dialled inside the country only. */
function withoutTrunkZero(phone: string): string {
  const country = trunkZeroCountries.find((code) => phone.startsWith(`${code}0`) && phone.length > 9);
  return country === undefined ? phone : country + phone.slice(country.length + 1);
}

/**
 * A user as the Management API shows it.
 * @throws {Error} when a stored text has over 128 UTF-16 units: Logto then answers 500 to every read of that user.
 */
export function showUser(user: User) {
  for (const column of columns) {
    if ((user[column]?.length ?? 0) > columnLengths[column])
      throw new Error("the response does not match its schema");
  }
  const { passwordDigest, mfa: _mfa, logtoConfigs: _configs, roleIds: _roleIds, ...shown } = user;
  return { ...shown, hasPassword: passwordDigest !== null };
}
