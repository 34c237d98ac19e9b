/** Reads what Logto and the vault hold of one person. */

import type { VaultRow } from "../../../db/vault.ts";
import type { Caller } from "../../caller.ts";
import { isObject } from "../../json.ts";
import { Refusal } from "../../problem.ts";
import type { Services } from "../../services.ts";
import type { StoredProfile } from "./document.ts";

type OpenedVault = Pick<StoredProfile, "business" | "businessVersion">;
type ReadServices = Pick<Services, "db" | "vault" | "logto">;

/** Which of `UserSnapshots` reads the user: `refresh` where something is decided by what is read. */
export type UserReading = "get" | "latest" | "refresh";

/**
 * @param reading how the user is read.
 * @throws {Refusal} `invalid_token` (no such user), `user_suspended`, `data_integrity`, and what the stores throw.
 */
export async function readStoredProfile(
  services: ReadServices,
  caller: Caller,
  reading: UserReading,
): Promise<StoredProfile> {
  const [user, vault] = await Promise.all([
    services.logto.snapshots[reading](caller.userId),
    readVault(services, caller.userId),
  ]);
  return { user, ...vault };
}

/** @throws {Refusal} `data_integrity`, `storage_unavailable`. */
export const readVault = async (services: ReadServices, userId: string): Promise<OpenedVault> =>
  openRow(services, userId, await services.db.vaults.find(userId));

/**
 * Opens the row of a person's vault.
 * @param row undefined where there is none.
 * @throws {Refusal} `data_integrity`.
 */
export async function openRow(
  { vault }: Pick<ReadServices, "vault">,
  userId: string,
  row: VaultRow | undefined,
): Promise<OpenedVault> {
  if (!row) return { business: {}, businessVersion: 0 };
  const business = await vault.open({ userId, purpose: "vault" }, row.sealed);
  if (!isObject(business)) throw new Refusal("data_integrity");
  return { business, businessVersion: row.version };
}
