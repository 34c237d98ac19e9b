/** A journal entry: what a change is about to do, stored sealed before it begins, so that anybody can finish it. */
import type { JournalEntry } from "../../db/journal.ts";
import type { JsonValue } from "../json.ts";
import type { Platform } from "../platform.ts";
import type { Vault } from "../vault/vault.ts";
import type { WriteLock } from "./lease.ts";

const kinds = ["update", "password"] as const;

/** The kinds of change that span Logto and the database; each has a settler. */
export type EntryKind = (typeof kinds)[number];

/** What was begun, unsealed. */
export type UnsealedEntry = { id: string; userId: string; content: JsonValue };

/** Finishes or drops one entry by recording it with the lock; safe to run again after a crash of its own. */
type Settler = (entry: UnsealedEntry, lock: WriteLock) => Promise<void>;

export type Settlers = Readonly<Record<EntryKind, Settler>>;

export const isEntryKind = (kind: string): kind is EntryKind => kinds.some((known) => known === kind);

/** Seals what a change is about to do, ready to be inserted before the change begins. */
export async function sealEntry(
  { vault, platform }: { vault: Pick<Vault, "seal">; platform: Pick<Platform, "now"> },
  userId: string,
  kind: EntryKind,
  content: JsonValue,
): Promise<JournalEntry> {
  const sealed = await vault.seal({ userId, purpose: "journal" }, content);
  return { id: crypto.randomUUID(), userId, kind, sealed, createdAt: platform.now() };
}
