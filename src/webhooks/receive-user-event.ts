import { eraseUser } from "../erasure/erase-user.ts";
import { logEvent } from "../log.ts";
import type { UserEvent } from "../logto/webhooks.ts";
import type { Services } from "../services.ts";

/**
 * Handles an event about a user: drops the snapshot of the user, and erases what is stored of a user who was deleted.
 * Other instances get no event: they may use their snapshot for another `PROFILE_CACHE_SECONDS`.
 * @throws {Refusal} `storage_unavailable`: erase the user with `npm run erase`, since Logto does not repeat the event.
 */
export async function receiveUserEvent(
  services: Pick<Services, "platform" | "db" | "vault" | "logto">,
  { event, userId }: UserEvent,
): Promise<void> {
  services.logto.snapshots.drop(userId);
  if (event !== "User.Deleted") return;
  const rows = await eraseUser(services, userId);
  logEvent(services.platform, "info", "user.erased", {
    user: await services.vault.keyedHash("user", userId),
    rows,
  });
}
