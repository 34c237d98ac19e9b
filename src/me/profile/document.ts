/** The document that a person reads: only listed members of Logto's user and of the vault, masked where needed. */
import { base64url } from "jose";
import { catalogue, type FieldEntry, groupOf, type Storage } from "../../fields/catalogue.ts";
import { canonical, type JsonObject, type JsonValue } from "../../json.ts";
import type { LogtoUser } from "../../logto/users.ts";
import { sha256 } from "../../sha256.ts";

/** What Logto and the vault hold of one person at one moment. */
export type StoredProfile = {
  user: LogtoUser;
  business: JsonObject;
  /** Version of the vault row; 0 without a row. A mask can hide that a value has changed, the version cannot. */
  businessVersion: number;
};

/** The object that holds the fields of a storage by name. */
export function storeOf(
  { user, business }: Pick<StoredProfile, "user" | "business">,
  storage: Storage,
): JsonObject {
  switch (storage) {
    case "logto":
      return user;
    case "logto.profile":
      return user.profile;
    case "logto.customData":
      return user.customData;
    case "vault":
      return business;
  }
}

/** The value a store holds for a field, unmasked; `null` where it is unset. */
export function storedValue(stores: Pick<StoredProfile, "user" | "business">, field: FieldEntry): JsonValue {
  const store = storeOf(stores, field.storage);
  return Object.hasOwn(store, field.name) ? (store[field.name] ?? null) : null;
}

const shownValue = (field: FieldEntry, value: JsonValue): JsonValue =>
  field.mask && value !== null ? { masked: field.mask(value) } : value;

/** The fields of one storage as a read shows them: every catalogue key, `null` where unset. */
export function shownGroup(stores: Pick<StoredProfile, "user" | "business">, storage: Storage): JsonObject {
  const members = catalogue
    .filter((field) => field.storage === storage)
    .map((field) => [field.name, shownValue(field, storedValue(stores, field))] as const);
  return Object.fromEntries(members);
}

const time = (milliseconds: number | null) =>
  milliseconds === null ? null : new Date(milliseconds).toISOString();

/** Composes the whole document of `GET /me`. */
export function composeDocument(stores: StoredProfile): JsonObject {
  const { user } = stores;
  return {
    id: user.id,
    ...shownGroup(stores, "logto"),
    [groupOf["logto.profile"]]: shownGroup(stores, "logto.profile"),
    [groupOf["logto.customData"]]: shownGroup(stores, "logto.customData"),
    [groupOf.vault]: shownGroup(stores, "vault"),
    hasPassword: user.hasPassword,
    createdAt: time(user.createdAt),
    updatedAt: time(user.updatedAt),
    lastSignInAt: time(user.lastSignInAt),
  };
}

/** A strong entity tag (RFC 9110, section 8.8.3): it changes with everything that a person can see or has stored. */
export async function entityTag(document: JsonObject, businessVersion: number): Promise<string> {
  const digest = await sha256(`${businessVersion}\n${canonical(document)}`);
  return `"${base64url.encode(digest.subarray(0, 16))}"`;
}
