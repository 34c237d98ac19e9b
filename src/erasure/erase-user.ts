import { type EraseOptions, eraseRows } from "../../db/erase.ts";
import type { Services } from "../services.ts";

/**
 * Erases everything that is stored about a person, after their user at Logto was deleted. It is safe to repeat.
 * @returns the number of rows that were deleted.
 * @throws {Refusal} `storage_unavailable`. If the rows are deleted but the files could not be wiped, the hourly
 * retention job wipes them.
 */
export async function eraseUser(
  { db, platform, vault }: Pick<Services, "db" | "platform" | "vault">,
  userId: string,
  options: EraseOptions = {},
): Promise<number> {
  // First, and by itself: whatever a request in flight inserts from now on is either refused or deleted below.
  await db.batch([
    db.tombstones.insert(await vault.keyedHash("user", userId), platform.now()),
    db.deletions.leaveReceipt(userId, platform.now()),
  ]);
  const erased = await eraseRows(db, userId, options);
  await db.scrubFiles();
  return erased;
}
