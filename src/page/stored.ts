/** What is stored of the person, as the pages read it. */
import { avatarPath, pictureAt } from "../fields/avatar.ts";
import { type FieldEntry, groupOf } from "../fields/catalogue.ts";
import { isObject, type JsonObject, type JsonValue } from "../json.ts";
import { storedValue } from "../me/profile/document.ts";
import { presentProfile } from "../me/profile/read-profile.ts";
import { readStoredProfile } from "../me/profile/stored-profile.ts";
import type { Page } from "./page.ts";
import type { Person } from "./parts/layout.ts";

export type Stored = {
  document: JsonObject;
  /** Its entity tag, for a change that is based on it. */
  tag: string;
};

/** @param fresh asks for what Logto has now. @throws {Refusal} as `readStoredProfile`. */
export const readStored = async ({ services, caller }: Page, fresh = false): Promise<Stored> =>
  presentProfile(services, await readStoredProfile(services, caller, fresh ? "latest" : "get"));

/** The elements of a list, whole: for what changes one of them. @throws {Refusal} as `readStoredProfile`. */
export async function readElements({ services, caller }: Page, field: FieldEntry): Promise<JsonValue[]> {
  const value = storedValue(await readStoredProfile(services, caller, "latest"), field);
  return Array.isArray(value) ? value : [];
}

/** The value of a field as a read shows it; `null` where it is unset. */
export function shownIn({ document }: Pick<Stored, "document">, { storage, name }: FieldEntry): JsonValue {
  const group = groupOf[storage];
  const members = group === undefined ? document : document[group];
  return isObject(members) ? (members[name] ?? null) : null;
}

export const textIn = (document: JsonObject, name: string): string => {
  const value = document[name];
  return typeof value === "string" ? value : "";
};

/** The time zone that the person has chosen. */
export function zoneIn({ document }: Pick<Stored, "document">): unknown {
  return isObject(document.profile) ? document.profile.zoneinfo : undefined;
}

/** Who is signed in, in the head of the page. */
export function personIn({ document }: Pick<Stored, "document">): Person {
  const name = textIn(document, "name");
  const email = textIn(document, "primaryEmail");
  const label = email || name || textIn(document, "username") || `+${textIn(document, "primaryPhone")}`;
  const words = (name || label.replace(/@.*/, "")).split(/[\s._-]+/).filter(Boolean);
  const initials = [words[0], words.length > 1 ? words.at(-1) : undefined]
    .map((word = "") => [...word][0]?.toUpperCase() ?? "")
    .join("");
  const picture = pictureAt(textIn(document, "avatar"));
  return {
    label,
    isAddress: label === email && email !== "",
    initials,
    picture: picture && avatarPath(picture),
  };
}

/** How somebody is greeted. */
export function greetingIn({ document }: Pick<Stored, "document">): string {
  const given = isObject(document.profile) ? textIn(document.profile, "givenName") : "";
  return given || (textIn(document, "name").split(" ")[0] ?? "") || textIn(document, "username");
}
