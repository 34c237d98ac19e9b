/** Recovery: a background job that settles the journal entries of writers that crashed or lost their answer. */
import type { DueEntry } from "../../db/journal.ts";
import { faultOf, logEvent } from "../log.ts";
import type { Platform } from "../platform.ts";
import type { Vault } from "../vault/vault.ts";
import { type JournalServices, withWriteLock } from "./write-lock.ts";

type RecoverServices = JournalServices & {
  platform: Pick<Platform, "write">;
  vault: Pick<Vault, "keyedHash">;
};

const pageSize = 100;

/**
 * Settles every entry whose writer holds no live lease, by taking the user's write lock. An entry that cannot be
 * settled is logged and stays for the next run; the other users' entries are settled all the same.
 * @param signal ends the run before the next user.
 * @returns for how many users all entries were settled, and for how many not.
 * @throws {Refusal} `storage_unavailable` if the journal cannot be read.
 */
export async function recover(
  services: RecoverServices,
  signal?: AbortSignal,
): Promise<{ settled: number; postponed: number }> {
  const { db, platform } = services;
  const report = { settled: 0, postponed: 0 };
  let after: DueEntry | undefined;
  for (;;) {
    const entries = await db.journal.abandoned(platform.now(), pageSize, after);
    for (const userId of new Set(entries.map((entry) => entry.userId))) {
      if (signal?.aborted) return report;
      if (await settleUser(services, userId)) report.settled += 1;
      else report.postponed += 1;
    }
    after = entries.at(-1);
    if (after === undefined) return report;
  }
}

async function settleUser(services: RecoverServices, userId: string): Promise<boolean> {
  try {
    await withWriteLock(services, { userId }, async () => {});
    return true;
  } catch (error) {
    const user = await services.vault.keyedHash("user", userId);
    logEvent(services.platform, "warn", "recovery.postponed", { user, fault: faultOf(error) });
    return false;
  }
}
