import type { JsonObject } from "../../json.ts";
import type { Caller, Services } from "../../services.ts";
import { composeDocument, entityTag, type Stores } from "./document.ts";
import { readStores } from "./stores.ts";

/** The document and its strong entity tag. */
export type Profile = { document: JsonObject; tag: string };

/** Shows what the stores hold. */
export async function presentProfile(stores: Stores): Promise<Profile> {
  const document = composeDocument(stores);
  return { document, tag: await entityTag(document, stores.businessVersion) };
}

/**
 * Reads the caller's whole document.
 * @param fresh bypasses the snapshot of Logto's part.
 * @throws {Refusal} `invalid_token`, `user_suspended`, `data_integrity`.
 */
export async function readProfile(
  services: Pick<Services, "snapshots" | "vaults" | "keyring">,
  caller: Caller,
  { fresh }: { fresh: boolean },
): Promise<Profile> {
  return presentProfile(await readStores(services, caller, { fresh }));
}
