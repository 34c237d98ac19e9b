/** The end of sessions, for whatever reason. Each is recorded in the person's activity. */
import type { ActivityEntry } from "../../db/activity-entry.ts";
import { orderedId } from "../ordered-id.ts";
import type { SessionServices } from "./services.ts";

/** Who ended it. */
export type EndedBy = "logto" | "suspension" | "password" | "another_sign_in";

type Ended = { ref: string; userId: string };

/** The entry of one session that ended without its person's doing. */
export const sessionEnded = (
  { platform, web }: Pick<SessionServices, "platform" | "web">,
  { ref, userId }: Ended,
  by: EndedBy,
  requestId: string = crypto.randomUUID(),
): ActivityEntry => {
  const at = platform.now();
  return {
    id: orderedId(at),
    userId,
    at,
    event: "session.ended",
    clientId: web.appId,
    requestId,
    detail: { by, session: ref },
  };
};

/** Ends one session that was read before. */
export async function endSession(
  services: Pick<SessionServices, "platform" | "db" | "web">,
  row: Ended & { idHash: string },
  by: EndedBy,
): Promise<void> {
  const { db } = services;
  const [ended] = await db.batch([db.sessions.delete(row.idHash)]);
  if (ended?.affected === 1) await db.batch([db.activity.insert(sessionEnded(services, row, by))]);
}
