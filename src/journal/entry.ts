/** A journal entry says what a change is about to do. It is stored first, so that any instance can finish it. */
import type { JournalEntry } from "../../db/journal.ts";
import type { JsonValue } from "../json.ts";
import type { Platform } from "../platform.ts";
import type { Vault } from "../vault/vault.ts";
import type { WriteLock } from "./lease.ts";

const kinds = ["update", "password", "registration", "avatar", "restoration", "removal"] as const;

/** The kinds of change that span Logto and the database. Each has a settler. */
export type EntryKind = (typeof kinds)[number];

/** A stored entry after it was opened. */
export type UnsealedEntry = { id: string; userId: string; content: JsonValue };

/** Finishes or deletes one entry with `lock.apply`. It may run again after a crash. */
type Settler = (entry: UnsealedEntry, lock: WriteLock) => Promise<void>;

export type Settlers = Readonly<Record<EntryKind, Settler>>;

export const isEntryKind = (kind: string): kind is EntryKind => kinds.some((known) => known === kind);

/** @returns a sealed entry with a new id, to be inserted before the change begins. */
export async function sealEntry(
  { vault, platform }: { vault: Pick<Vault, "seal">; platform: Pick<Platform, "now"> },
  userId: string,
  kind: EntryKind,
  content: JsonValue,
): Promise<JournalEntry> {
  const sealed = await vault.seal({ userId, purpose: "journal" }, content);
  return { id: crypto.randomUUID(), userId, kind, sealed, createdAt: platform.now() };
}
