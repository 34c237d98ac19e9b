/** Finishing or dropping what a writer began and did not end: after a crash, a lost answer, a lost lock. */
import type { JournalEntry } from "../../db/journal.ts";
import type { JsonValue } from "../json.ts";
import type { Services } from "../services.ts";
import { open, seal } from "../vault/sealed-document.ts";
import type { WriteLock } from "./write-lock.ts";

/** The kinds of change that span Logto and the database; each has a settler. */
export type EntryKind = "update" | "password";

/** What was begun, unsealed. */
export type OpenEntry = { id: string; userId: string; content: JsonValue };

/** Finishes or drops one entry by recording it with the lock; safe to run again after a crash of its own. */
export type Settler = (entry: OpenEntry, lock: WriteLock) => Promise<void>;

/** Seals what a change is about to do into an entry, ready to be inserted before the change begins. */
export async function sealEntry(
  { keyring, platform }: Pick<Services, "keyring" | "platform">,
  userId: string,
  kind: EntryKind,
  content: JsonValue,
): Promise<JournalEntry> {
  const sealed = await seal(keyring, { userId, purpose: "journal" }, content);
  return { id: crypto.randomUUID(), userId, kind, sealed, createdAt: platform.now() };
}

/** Settles every entry an earlier writer of this user left. */
export async function settlePending(
  { journal, keyring, settlers }: Pick<Services, "journal" | "keyring" | "settlers">,
  lock: WriteLock,
): Promise<void> {
  for (const { id, userId, kind, sealed } of await journal.forUser(lock.fence.userId)) {
    if (!isKind(kind)) throw new Error(`journal entry ${id} is of an unknown kind`);
    const content = await open(keyring, { userId, purpose: "journal" }, sealed);
    await settlers[kind]({ id, userId, content }, lock);
  }
}

const isKind = (kind: string): kind is EntryKind => kind === "update" || kind === "password";
