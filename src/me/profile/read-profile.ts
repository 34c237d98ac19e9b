import type { Caller } from "../../caller.ts";
import type { JsonObject } from "../../json.ts";
import type { Services } from "../../services.ts";
import { composeDocument, entityTag, type StoredProfile } from "./document.ts";
import { readStoredProfile } from "./stored-profile.ts";

/** The document and its strong entity tag. */
export type Profile = { document: JsonObject; tag: string };

/** Composes the document from what the stores hold. */
export async function presentProfile(stores: StoredProfile): Promise<Profile> {
  const document = composeDocument(stores);
  return { document, tag: await entityTag(document, stores.businessVersion) };
}

/**
 * Reads the caller's whole document.
 * @param fresh reads Logto itself, not a snapshot.
 * @throws {Refusal} `invalid_token`, `user_suspended`, `data_integrity`.
 */
export async function readProfile(
  services: Pick<Services, "db" | "vault" | "logto">,
  caller: Caller,
  { fresh }: { fresh: boolean },
): Promise<Profile> {
  return presentProfile(await readStoredProfile(services, caller, { fresh }));
}
