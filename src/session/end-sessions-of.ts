import type { SessionChoice } from "../../db/sessions.ts";
import type { Services } from "../services.ts";
import { type EndedBy, sessionEnded } from "./end-session.ts";

/**
 * Ends the sessions of a person, and records each in their activity.
 * @param choice which of them go on. Default: none.
 * @returns how many have ended.
 * @throws {Refusal} `storage_unavailable`.
 */
export async function endSessionsOf(
  { platform, db, logto: { web } }: Pick<Services, "platform" | "db" | "logto">,
  userId: string,
  by: EndedBy,
  choice: SessionChoice = {},
): Promise<number> {
  if (!web) return 0;
  const ended = await db.sessions.deleteOf(userId, choice).execute();
  await db.batch(
    ended.map((row) =>
      db.activity.insert(sessionEnded({ platform, web }, { ref: row.ref, userId: row.user_id }, by)),
    ),
  );
  return ended.length;
}
