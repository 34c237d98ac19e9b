/** What the journal holds: changes that somebody began and nobody has finished. */
import { isEntryKind } from "../journal/entry.ts";
import { Refusal } from "../problem.ts";
import type { Services } from "../services.ts";

export type OpenChange = {
  id: string;
  userId: string;
  kind: string;
  begunAt: string;
  /** How often it was set aside, and until when it is. */
  attempts: number;
  asideUntil: string | null;
  /** What is wrong with the entry itself; null for one that waits for its turn, or for Logto. */
  fault: "unknown_kind" | "damaged" | null;
};

const pageSize = 100;

/** @throws {Refusal} `storage_unavailable`. */
export async function listJournal({
  db,
  vault,
  platform,
}: Pick<Services, "db" | "vault" | "platform">): Promise<OpenChange[]> {
  const changes: OpenChange[] = [];
  for (let after = ""; ; ) {
    const page = await db.journal.page(pageSize, after);
    for (const { id, userId, kind, sealed, createdAt, attempts, retryAt } of page) {
      changes.push({
        ...{ id, userId, kind, attempts },
        begunAt: new Date(createdAt).toISOString(),
        asideUntil: retryAt > platform.now() ? new Date(retryAt).toISOString() : null,
        fault: isEntryKind(kind) ? await faultOf(vault, userId, sealed) : "unknown_kind",
      });
    }
    const last = page.at(-1);
    if (!last) return changes;
    after = last.id;
  }
}

async function faultOf(vault: Services["vault"], userId: string, sealed: string): Promise<"damaged" | null> {
  try {
    await vault.open({ userId, purpose: "journal" }, sealed);
    return null;
  } catch (error) {
    if (error instanceof Refusal && error.code === "data_integrity") return "damaged";
    throw error;
  }
}
