import { eraseUser } from "../erasure/erase-user.ts";
import { withWriteLock } from "../journal/write-lock.ts";
import { logEvent } from "../log.ts";
import type { UserEvent } from "../logto/webhooks.ts";
import { Refusal } from "../problem.ts";
import type { Services } from "../services.ts";
import { endSessionsOf } from "../session/end-sessions-of.ts";

/**
 * Handles an event about a user: drops the snapshot of the user, ends the cookie sessions of one who was suspended or whose
 * password was changed, and erases what is stored of one who was deleted.
 * Other instances get no event: they may use their snapshot for another `PROFILE_CACHE_SECONDS`.
 * @throws {Refusal} `storage_unavailable`: erase the user with `npm run erase`, since Logto does not repeat the event.
 */
export async function receiveUserEvent(
  services: Services,
  { event, userId, password }: UserEvent,
): Promise<void> {
  services.logto.snapshots.drop(userId);
  if (event === "User.Deleted") return erase(services, userId);
  // Also when it is lifted: until then nobody could begin one.
  if (event === "User.SuspensionStatus.Updated") await endSessionsOf(services, userId, "suspension");
  if (password) services.platform.defer(endForPassword(services, userId, password.changedAt));
}

async function erase(services: Services, userId: string) {
  const rows = await eraseUser(services, userId);
  logEvent(services.platform, "info", "user.erased", {
    user: await services.vault.keyedHash("user", userId),
    rows,
  });
}

/**
 * Logto tells of our own changes, too. Behind the lock, the session that made this one is marked; without the lock, all of
 * them end.
 */
async function endForPassword(services: Services, userId: string, changedAt: number | undefined) {
  const end = () => endSessionsOf(services, userId, "password", { exceptKeptAt: changedAt });
  try {
    await withWriteLock(services, { userId }, end);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await end();
  }
}
