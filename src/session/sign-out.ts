/** Sign-out: the session ends here, its tokens at Logto, and then the browser ends Logto's own session. */
import { activityEntry } from "../activity.ts";
import { noSessionCookie } from "./cookies.ts";
import type { LiveSession } from "./find-session.ts";
import { openTokens } from "./renew-session.ts";
import type { SessionServices } from "./services.ts";
import { callerOf, type RequestFacts } from "./session-caller.ts";
import type { Departure } from "./start-sign-in.ts";

/**
 * Ends a session.
 * @param live undefined where it has ended already: the browser then only forgets it.
 * @throws {Refusal} `storage_unavailable`, with nothing ended.
 */
export async function signOut(
  services: SessionServices,
  live: LiveSession | undefined,
  facts: RequestFacts,
): Promise<Departure> {
  const { platform, db, web, config } = services;
  const start = `${config.publicUrl}/`;
  const cookies = [noSessionCookie(config.publicUrl)];
  if (!live) return { location: start, cookies };
  const caller = await callerOf(services, live, facts);
  const entry = activityEntry(platform, caller, "session.signed_out", { session: live.row.ref });
  await db.batch([
    db.activity.insert(entry, { session: live.row.idHash }),
    db.sessions.delete(live.row.idHash),
    db.verificationRecords.deleteBoundTo(caller.userId, caller.boundTo),
  ]);
  const tokens = await openTokens(services, live);
  return { location: tokens ? await web.signOut(tokens, start) : start, cookies };
}
