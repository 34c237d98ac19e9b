/** Finishing or dropping what a writer began and did not end: after a crash, a lost answer, a lost lock. */
import type { Db } from "../../db/repositories.ts";
import type { Vault } from "../vault/vault.ts";
import { isEntryKind, type Settlers } from "./entry.ts";
import type { WriteLock } from "./lease.ts";

export type SettleServices = {
  db: Pick<Db, "journal">;
  vault: Pick<Vault, "open">;
  settlers: Settlers;
};

/** Settles every entry an earlier writer of this user left. */
export async function settlePending({ db, vault, settlers }: SettleServices, lock: WriteLock): Promise<void> {
  for (const { id, userId, kind, sealed } of await db.journal.forUser(lock.fence.userId)) {
    if (!isEntryKind(kind)) throw new Error(`journal entry ${id} is of an unknown kind`);
    const content = await vault.open({ userId, purpose: "journal" }, sealed);
    await settlers[kind]({ id, userId, content }, lock);
  }
}
