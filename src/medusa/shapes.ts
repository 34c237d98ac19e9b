/** A person as Medusa shows a user and a customer. One shape serves both generations of its clients. */
import { isObject, type JsonObject, type JsonValue } from "../json.ts";
import type { LogtoUser } from "../logto/users.ts";
import { shownGroup } from "../me/profile/document.ts";
import { idOf } from "./claims.ts";
import type { MedusaServices } from "./services.ts";

/** The key of `customData` with the phone number of a customer: to change it changes no way to sign in. */
const phoneKey = "contactPhone";

const time = (ms: number) => new Date(ms).toISOString();
const textOf = (value: JsonValue | undefined) => (typeof value === "string" ? value : null);

function shared(services: MedusaServices, user: LogtoUser) {
  const { profile, createdAt, updatedAt } = user;
  return {
    id: idOf(services, user),
    email: user.primaryEmail,
    first_name: textOf(profile.givenName),
    last_name: textOf(profile.familyName),
    metadata: metadataOf(user),
    created_at: time(createdAt),
    updated_at: time(updatedAt ?? createdAt),
    deleted_at: null,
  };
}

/** What people may see and change of `customData`. */
function metadataOf(user: LogtoUser): JsonObject {
  const shown = Object.entries(shownGroup({ user, business: {} }, "logto.customData"));
  return Object.fromEntries(shown.filter(([name, value]) => name !== phoneKey && value !== null));
}

export const showUser = (services: MedusaServices, user: LogtoUser): JsonObject => ({
  ...shared(services, user),
  avatar_url: user.avatar,
  role: "member",
  api_token: null,
});

/** Lists are there, since pages go through them. */
export const showCustomer = (services: MedusaServices, user: LogtoUser): JsonObject => ({
  ...shared(services, user),
  phone: textOf(user.customData[phoneKey]) ?? user.primaryPhone,
  company_name: null,
  has_account: true,
  billing_address_id: null,
  shipping_addresses: [],
  addresses: [],
  orders: [],
});

/** Whatever a client may change, in its own words. `undefined`: it does not name it. */
export type MedusaChange = {
  first_name?: string | null | undefined;
  last_name?: string | null | undefined;
  phone?: string | null | undefined;
  avatar_url?: string | null | undefined;
  metadata?: JsonObject | undefined;
};

/** @returns the merge patch of the document. In `metadata` the empty text removes a key. */
export function patchOf({
  first_name,
  last_name,
  phone,
  avatar_url,
  metadata = {},
}: MedusaChange): JsonObject {
  const customData = {
    ...Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key, value === "" ? null : value])),
    ...named({ [phoneKey]: phone }),
  };
  const groups = { profile: named({ givenName: first_name, familyName: last_name }), customData };
  const touched = Object.entries(groups).filter(
    ([, group]) => isObject(group) && Object.keys(group).length > 0,
  );
  return { ...named({ avatar: avatar_url }), ...Object.fromEntries(touched) };
}

const named = (values: Record<string, JsonValue | undefined>): JsonObject =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
