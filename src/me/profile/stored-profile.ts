/** Reading what both stores hold of one person. */

import type { Caller } from "../../caller.ts";
import { isObject } from "../../json.ts";
import { Refusal } from "../../problem.ts";
import type { Services } from "../../services.ts";
import type { StoredProfile } from "./document.ts";

type Sources = Pick<Services, "db" | "vault" | "logto">;

/**
 * @param fresh reads Logto itself, not a snapshot of it.
 * @throws {Refusal} `invalid_token` (no such user), `user_suspended`, `data_integrity`, and what the stores throw.
 */
export async function readStoredProfile(
  sources: Sources,
  caller: Caller,
  { fresh = false } = {},
): Promise<StoredProfile> {
  const [user, vault] = await Promise.all([
    fresh ? sources.logto.snapshots.refresh(caller.userId) : sources.logto.snapshots.get(caller.userId),
    readVault(sources, caller.userId),
  ]);
  return { user, ...vault };
}

/** @throws {Refusal} `data_integrity`, `storage_unavailable`. */
export async function readVault(
  { db, vault }: Sources,
  userId: string,
): Promise<Pick<StoredProfile, "business" | "businessVersion">> {
  const row = await db.vaults.find(userId);
  if (!row) return { business: {}, businessVersion: 0 };
  const business = await vault.open({ userId, purpose: "vault" }, row.sealed);
  if (!isObject(business)) throw new Refusal("data_integrity");
  return { business, businessVersion: row.version };
}
