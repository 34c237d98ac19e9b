import type { Caller } from "../../caller.ts";
import type { Storage } from "../../fields/catalogue.ts";
import type { JsonObject } from "../../json.ts";
import type { Services } from "../../services.ts";
import { composeDocument, type StoredProfile, shownGroup } from "./document.ts";
import { entityTag } from "./entity-tag.ts";
import { readStoredProfile } from "./stored-profile.ts";

/** The document, or one of its groups, with its entity tag. */
export type Profile = { document: JsonObject; tag: string };

/**
 * Composes what a read shows from what the stores hold.
 * @param group the storage of the group that is shown. Default: the whole document.
 */
export async function presentProfile(stores: StoredProfile, group?: Storage): Promise<Profile> {
  const document = group === undefined ? composeDocument(stores) : shownGroup(stores, group);
  return { document, tag: await entityTag(stores, group) };
}

/**
 * Reads the caller's document, or one of its groups.
 * @param fresh asks for what Logto has now, and not for a snapshot.
 * @throws {Refusal} `invalid_token`, `user_suspended`, `data_integrity`.
 */
export async function readProfile(
  services: Pick<Services, "db" | "vault" | "logto">,
  caller: Caller,
  { fresh, group }: { fresh: boolean; group?: Storage | undefined },
): Promise<Profile> {
  return presentProfile(await readStoredProfile(services, caller, fresh ? "latest" : "get"), group);
}
