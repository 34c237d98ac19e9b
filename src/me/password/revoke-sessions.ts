import { Refusal } from "../../problem.ts";
import type { Services } from "../../services.ts";

/**
 * Ends every session of a user at Logto and revokes every grant of their applications. It is safe to repeat.
 * @returns the number of sessions that ended, and whether all of it succeeded.
 */
export async function revokeSessions(
  { logto }: Pick<Services, "logto">,
  userId: string,
): Promise<{ ended: number; complete: boolean }> {
  const ended = await endAll(
    () => logto.sessions.list(userId),
    (id) => logto.sessions.end(userId, id),
  );
  // A refresh token outlives its session, and some grants have no session.
  const revoked = await endAll(
    () => logto.sessions.listGrants(userId),
    (id) => logto.sessions.revokeGrant(userId, id),
  );
  return { ended: ended.count, complete: ended.complete && revoked.complete };
}

async function endAll(list: () => Promise<{ id: string }[]>, end: (id: string) => Promise<void>) {
  try {
    const outcomes = await Promise.allSettled((await list()).map(({ id }) => end(id)));
    const count = outcomes.filter(({ status }) => status === "fulfilled").length;
    return { count, complete: count === outcomes.length };
  } catch (error) {
    if (error instanceof Refusal) return { count: 0, complete: false };
    throw error;
  }
}
