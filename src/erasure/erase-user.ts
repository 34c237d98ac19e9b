import { eraseRows } from "../../db/erase.ts";
import type { Services } from "../services.ts";

/**
 * Erases whatever is stored here about a person, who is gone at Logto; safe to repeat.
 * @returns how many rows went.
 * @throws {Refusal} `storage_unavailable`; where the rows went but the files could not be wiped, the hourly retention does it.
 */
export async function eraseUser({ db }: Pick<Services, "db">, userId: string): Promise<number> {
  const erased = await eraseRows(db, userId);
  await db.scrubFiles();
  return erased;
}
