/** Back-channel logout (OpenID Connect Back-Channel Logout 1.0): Logto says that a person has signed out there. */
import * as z from "zod";
import { NotAccepted } from "../logto/signed-claims.ts";
import { Refusal } from "../problem.ts";
import { sessionEnded } from "./end-session.ts";
import type { SessionServices } from "./services.ts";

const deleted = z.object({ ref: z.string(), user_id: z.string() });

/**
 * Ends the sessions that a logout token names: those of one of Logto's sessions, also one that has yet to begin here; or all
 * of a person where the token names no session.
 * @throws {Refusal} `bad_request` for a token that is not Logto's, not for this application, no logout token, or used before.
 */
export async function endLogtoSession(
  services: Pick<SessionServices, "platform" | "db" | "web">,
  token: string,
  requestId: string,
): Promise<void> {
  const { platform, db, web } = services;
  const { sid, userId, jti, expiresAt } = await web.verifyLogoutToken(token).catch(notAccepted);
  if (!(await db.usedOnce.use(`logout token ${jti}`, expiresAt))) throw new Refusal("bad_request");
  const results = await db.batch([
    ...(sid === undefined ? [] : [db.logtoSessions.end(sid, platform.now()), db.sessions.deleteBySid(sid)]),
    ...(sid === undefined && userId !== undefined ? [db.sessions.deleteOf(userId)] : []),
  ]);
  const ended = z.array(deleted).parse(results.at(-1)?.rows ?? []);
  await db.batch(
    ended.map((row) =>
      db.activity.insert(sessionEnded(services, { ref: row.ref, userId: row.user_id }, "logto", requestId)),
    ),
  );
}

function notAccepted(cause: unknown): never {
  if (cause instanceof NotAccepted) throw new Refusal("bad_request", {}, { cause });
  throw cause;
}
