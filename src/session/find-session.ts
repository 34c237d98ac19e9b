/** The session behind a cookie. */
import type { SessionRow } from "../../db/sessions.ts";
import { UpstreamFailure } from "../logto/upstream-failure.ts";
import { isSessionId } from "./cookies.ts";
import { renewSession } from "./renew-session.ts";
import type { SessionServices } from "./services.ts";

/** A session and its id, which is in the browser's cookie alone. */
export type LiveSession = { id: string; row: SessionRow };

/** A use is noted at most this often: a session may end this much earlier than its idle time says. */
const noteEveryMs = 60_000;

/** The hash by which a session is found. */
export const hashSessionId = async (
  { platform }: Pick<SessionServices, "platform">,
  id: string,
): Promise<string> => platform.digests.sha256(`session ${id}`);

export type FindOptions = {
  /** Whether the session lives longer because of this. Default: true. */
  isUse?: boolean;
  /** Whether Logto is asked if it was last asked long ago. Default: always. */
  asksLogto?: "always" | "if_it_answers" | "never";
};

/**
 * Finds the session of a cookie with one read. Where Logto was last asked long ago, it is asked whether the session goes on.
 * @param id from the cookie.
 * @returns undefined if there is none, or if it has ended.
 * @throws {Refusal} `upstream_unavailable` or the like if Logto must be asked and does not answer: the session goes on, but
 * not longer than before. `storage_unavailable`.
 */
export async function findSession(
  services: SessionServices,
  id: string | undefined,
  { isUse = true, asksLogto = "always" }: FindOptions = {},
): Promise<LiveSession | undefined> {
  const { platform, db, session } = services;
  if (id === undefined || !isSessionId(id)) return undefined;
  const idHash = await hashSessionId(services, id);
  const now = platform.now();
  const found = await db.sessions.find(idHash, now);
  const isDue = found && found.checkedUntil <= now && asksLogto !== "never";
  const row = isDue ? await renew(services, { id, row: found }, asksLogto === "if_it_answers") : found;
  if (!row) return undefined;
  if (isUse && now - row.seenAt >= noteEveryMs)
    platform.defer(db.sessions.touch(idHash, now, session.idleMs));
  return { id, row };
}

async function renew(services: SessionServices, live: LiveSession, keepsIfUnknown: boolean) {
  try {
    return await renewSession(services, live);
  } catch (error) {
    if (keepsIfUnknown && error instanceof UpstreamFailure) return live.row;
    throw error;
  }
}
