/** Settles journal entries: each is finished if Logto has its change, and deleted if not. */
import type { Db } from "../../db/repositories.ts";
import type { Vault } from "../vault/vault.ts";
import { isEntryKind, type Settlers } from "./entry.ts";
import type { WriteLock } from "./lease.ts";

export type SettleServices = {
  db: Pick<Db, "journal">;
  vault: Pick<Vault, "open">;
  settlers: Settlers;
};

/**
 * Settles every entry that earlier writers of this user left, oldest first.
 * @throws {Refusal} `data_integrity` for an entry that cannot be opened, and what its settler throws.
 */
export async function settlePending({ db, vault, settlers }: SettleServices, lock: WriteLock): Promise<void> {
  for (const { id, userId, kind, sealed } of await db.journal.forUser(lock.fence.userId)) {
    if (!isEntryKind(kind)) throw new Error(`journal entry ${id} is of an unknown kind`);
    const content = await vault.open({ userId, purpose: "journal" }, sealed);
    await settlers[kind]({ id, userId, content }, lock);
  }
}
