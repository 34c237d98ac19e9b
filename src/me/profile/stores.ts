/** Reading what both stores hold of one person. */

import { isObject } from "../../json.ts";
import { Refusal } from "../../problem.ts";
import type { Caller, Services } from "../../services.ts";
import { open } from "../../vault/sealed-document.ts";
import type { Stores } from "./document.ts";

type Sources = Pick<Services, "snapshots" | "vaults" | "keyring">;

/**
 * @param fresh reads Logto itself, not a snapshot of it.
 * @throws {Refusal} `invalid_token` (no such user), `user_suspended`, `data_integrity`, and what the stores throw.
 */
export async function readStores(sources: Sources, caller: Caller, { fresh = false } = {}): Promise<Stores> {
  const [user, vault] = await Promise.all([
    fresh ? sources.snapshots.refresh(caller.userId) : sources.snapshots.get(caller.userId),
    readVault(sources, caller.userId),
  ]);
  return { user, ...vault };
}

/** @throws {Refusal} `data_integrity`, `storage_unavailable`. */
export async function readVault(
  { vaults, keyring }: Sources,
  userId: string,
): Promise<Pick<Stores, "business" | "businessVersion">> {
  const row = await vaults.find(userId);
  if (!row) return { business: {}, businessVersion: 0 };
  const business = await open(keyring, { userId, purpose: "vault" }, row.sealed);
  if (!isObject(business)) throw new Refusal("data_integrity");
  return { business, businessVersion: row.version };
}
