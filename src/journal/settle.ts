/** Finishing or dropping what a writer began and did not end: after a crash, a lost answer, a lost lock. */
import * as z from "zod";
import type { PendingEntry } from "../../db/journal.ts";
import type { Db } from "../../db/repositories.ts";
import { logEvent } from "../log.ts";
import type { Platform } from "../platform.ts";
import { Refusal } from "../problem.ts";
import type { Vault } from "../vault/vault.ts";
import { isEntryKind, type Settlers } from "./entry.ts";
import type { WriteLock } from "./lease.ts";

export type SettleServices = {
  db: Pick<Db, "journal">;
  platform: Pick<Platform, "now" | "write">;
  vault: Pick<Vault, "open" | "keyedHash">;
  settlers: Settlers;
};

/** An entry that cannot be read is looked at again after this long, then after twice that, up to a day. */
const asideMs = { first: 60_000, longest: 24 * 60 * 60 * 1000 };

/**
 * Settles every entry that an earlier writer of this user left.
 * An entry that is damaged, or of a kind that this release does not know, is set aside: the person writes on.
 * @throws {Refusal} what Logto or the database refuses meanwhile: the entry stays as it is.
 */
export async function settlePending(services: SettleServices, lock: WriteLock): Promise<void> {
  const { db, platform } = services;
  for (const entry of await db.journal.forUser(lock.userId, platform.now())) {
    try {
      await settleEntry(services, entry, lock);
    } catch (error) {
      const fault = unreadable(error);
      if (fault === undefined) throw error;
      await setAside(services, entry, lock, fault);
    }
  }
}

class UnknownKind extends Error {}

async function settleEntry({ vault, settlers }: SettleServices, entry: PendingEntry, lock: WriteLock) {
  const { id, userId, kind, sealed } = entry;
  if (!isEntryKind(kind)) throw new UnknownKind();
  const content = await vault.open({ userId, purpose: "journal" }, sealed);
  await settlers[kind]({ id, userId, content }, lock);
}

/** @returns what is wrong with the entry itself; undefined for any other trouble. */
function unreadable(error: unknown): "unknown_kind" | "damaged" | "unknown_content" | undefined {
  if (error instanceof UnknownKind) return "unknown_kind";
  if (error instanceof Refusal && error.code === "data_integrity") return "damaged";
  return error instanceof z.ZodError ? "unknown_content" : undefined;
}

async function setAside(
  { db, platform, vault }: SettleServices,
  { id, userId, attempts }: PendingEntry,
  lock: WriteLock,
  fault: string,
) {
  const wait = Math.min(asideMs.longest, asideMs.first * 2 ** Math.min(attempts, 20));
  await lock.apply([db.journal.setAside(id, platform.now() + wait, lock.guard)]);
  const user = await vault.keyedHash("user", userId);
  logEvent(platform, "error", "journal.set_aside", { entry: id, user, fault, attempts: attempts + 1 });
}
