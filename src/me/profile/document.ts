/** The document that a person reads: only listed members of Logto's user and of the vault, masked where needed. */
import { catalogue, type FieldEntry, groupOf, type Storage } from "../../fields/catalogue.ts";
import { masked } from "../../fields/mask.ts";
import { isObject, type JsonObject, type JsonValue } from "../../json.ts";
import type { LogtoUser } from "../../logto/users.ts";

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

/** A field pointer leads to the same place in the document, in Logto's user and in a patch of that user. */
export function valueAt(object: JsonObject, pointer: string): JsonValue {
  let value: JsonValue | undefined = object;
  for (const name of pointer.split("/").slice(1)) value = isObject(value) ? value[name] : undefined;
  return value ?? null;
}

/** What a read shows of a stored value. */
export const shownValue = ({ mask }: FieldEntry, value: JsonValue): JsonValue =>
  mask && value !== null ? { masked: safely(mask, value) } : value;

/** A stored value that the mask cannot read, from before today's rules, is hidden whole. */
function safely(mask: (value: JsonValue) => string, value: JsonValue): string {
  try {
    return mask(value);
  } catch {
    return masked("");
  }
}

/** The fields of one storage as a read shows them: every catalogue key, `null` where unset. */
export function shownGroup(
  stores: Pick<StoredProfile, "user" | "business">,
  storage: Storage,
  show: (field: FieldEntry, value: JsonValue) => JsonValue = shownValue,
): JsonObject {
  const members = catalogue
    .filter((field) => field.storage === storage)
    .map((field) => [field.name, show(field, storedValue(stores, field))] as const);
  return Object.fromEntries(members);
}

const time = (milliseconds: number | null) =>
  milliseconds === null ? null : new Date(milliseconds).toISOString();

/** Members of the document that nobody can change there, each from Logto's user. */
const facts: Record<string, (user: LogtoUser) => JsonValue> = {
  id: ({ id }) => id,
  hasPassword: ({ hasPassword }) => hasPassword,
  createdAt: ({ createdAt }) => time(createdAt),
  updatedAt: ({ updatedAt }) => time(updatedAt),
  lastSignInAt: ({ lastSignInAt }) => time(lastSignInAt),
};

export const factNames: ReadonlySet<string> = new Set(Object.keys(facts));

/** Those members as the document shows them. */
export const factsOf = (user: LogtoUser): JsonObject =>
  Object.fromEntries(Object.entries(facts).map(([name, of]) => [name, of(user)]));

/** Composes the whole document of `GET /me`. @param show what it holds of a value. Default: what a read shows. */
export function composeDocument(
  stores: StoredProfile,
  show: (field: FieldEntry, value: JsonValue) => JsonValue = shownValue,
): JsonObject {
  const { user } = stores;
  return {
    id: user.id,
    ...shownGroup(stores, "logto", show),
    [groupOf["logto.profile"]]: shownGroup(stores, "logto.profile", show),
    [groupOf["logto.customData"]]: shownGroup(stores, "logto.customData", show),
    [groupOf.vault]: shownGroup(stores, "vault", show),
    ...factsOf(user),
  };
}
