import { eraseUser } from "../erasure/erase-user.ts";
import { logEvent } from "../log.ts";
import type { UserEvent } from "../logto/webhooks.ts";
import type { Services } from "../services.ts";

/**
 * Acts on a change of a user at Logto: their snapshot is forgotten, and whatever is stored of them if they are gone.
 * Other instances are not told: their snapshots live on for `PROFILE_CACHE_SECONDS`.
 * @throws {Refusal} `storage_unavailable`: erase the user with `npm run erase`, since Logto will not tell again.
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
