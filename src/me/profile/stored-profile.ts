/** Reads what Logto and the vault hold of one person. */

import type { Caller } from "../../caller.ts";
import { isObject } from "../../json.ts";
import { Refusal } from "../../problem.ts";
import type { Services } from "../../services.ts";
import type { StoredProfile } from "./document.ts";

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
export async function readVault(
  { db, vault }: ReadServices,
  userId: string,
): Promise<Pick<StoredProfile, "business" | "businessVersion">> {
  const row = await db.vaults.find(userId);
  if (!row) return { business: {}, businessVersion: 0 };
  const business = await vault.open({ userId, purpose: "vault" }, row.sealed);
  if (!isObject(business)) throw new Refusal("data_integrity");
  return { business, businessVersion: row.version };
}
