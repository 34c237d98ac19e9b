/** Asks Logto whether a session goes on: one request at a time for each session, whichever instance has it. */
import * as z from "zod";
import type { SessionRow } from "../../db/sessions.ts";
import { NotAccepted } from "../logto/signed-claims.ts";
import { UpstreamFailure } from "../logto/upstream-failure.ts";
import type { Tokens } from "../logto/web-application.ts";
import { GrantEnded } from "../logto/web-requests.ts";
import { Refusal } from "../problem.ts";
import { sleep } from "../sleep.ts";
import { endSession } from "./end-session.ts";
import type { SessionServices } from "./services.ts";

/** Longer than all requests of one renewal together. */
const leaseMs = 15_000;
/** After a failure nobody asks again for this long. */
const retryMs = 2_000;
const pauseMs = 40;
/** Logto is not asked more often than this, whatever life it gives its tokens. */
const shortestMs = 60_000;

const tokensSchema = z.object({ idToken: z.string(), refreshToken: z.string().nullable() });

/**
 * Renews a session that is due, or waits for whoever does.
 * @param live its `id` opens its tokens.
 * @returns the renewed row; undefined if the session has ended.
 * @throws {UpstreamFailure} if Logto does not answer. The session goes on.
 */
export function renewSession(
  services: SessionServices,
  live: { id: string; row: SessionRow },
): Promise<SessionRow | undefined> {
  return services.platform.coalesce(`session ${live.row.idHash}`, () => askInTurn(services, live));
}

async function askInTurn(services: SessionServices, { id, row }: { id: string; row: SessionRow }) {
  const { platform, db } = services;
  const deadline = platform.monotonic() + leaseMs;
  const lease = crypto.randomUUID();
  while (platform.monotonic() < deadline) {
    const now = platform.now();
    if (await db.sessions.lease(row.idHash, lease, now, now + leaseMs)) return ask(services, id, row, lease);
    const current = await db.sessions.find(row.idHash, now);
    if (!current || current.checkedUntil > now) return current;
    if (!current.isLeased) throw notNow();
    await sleep(pauseMs);
  }
  throw notNow();
}

const notNow = () =>
  new UpstreamFailure("upstream_unavailable", { sent: "no", retryAfter: Math.ceil(retryMs / 1000) });

/** Asks with the right to do so. The row is read again: another instance may have stored new tokens before. */
async function ask(services: SessionServices, id: string, { idHash }: SessionRow, lease: string) {
  const { platform, db, keys } = services;
  const row = await db.sessions.find(idHash, platform.now());
  if (!row) return undefined;
  const sealer = keys.tokens(id);
  const context = { userId: row.userId, purpose: "session" } as const;
  try {
    const tokens = tokensSchema.parse(await sealer.open(context, row.tokens));
    if (tokens.refreshToken === null) throw new GrantEnded();
    const answer = await services.web.refresh(tokens);
    // Stored before anything else can fail: Logto may have replaced the refresh token.
    const sealed = await sealer.seal(context, answer.tokens);
    await db.sessions.keepTokens(idHash, lease, sealed);
    if (answer.userId !== undefined && answer.userId !== row.userId) throw new GrantEnded();
    if (!(await goesOn(services, row))) throw new GrantEnded();
    const checkedUntil = Math.max(answer.freshUntil, platform.now() + shortestMs);
    await db.sessions.renew(idHash, lease, checkedUntil);
    return { ...row, tokens: sealed, checkedUntil };
  } catch (error) {
    if (hasEnded(error)) {
      await endSession(services, row, "logto");
      return undefined;
    }
    await db.sessions.postpone(idHash, lease, platform.now() + retryMs);
    throw error instanceof NotAccepted ? new UpstreamFailure("upstream_invalid", { sent: "maybe" }) : error;
  }
}

/** Tokens that nobody can open any more (their cookie key is gone) cannot be renewed either. */
const hasEnded = (error: unknown) =>
  error instanceof GrantEnded ||
  (error instanceof Refusal && ["data_integrity", "user_suspended", "invalid_token"].includes(error.code));

/** A refresh token outlives the end of Logto's session, and a suspension that came during the sign-in. */
async function goesOn({ logto, web }: SessionServices, { userId, sid }: SessionRow): Promise<boolean> {
  await logto.snapshots.refresh(userId);
  if (sid === null) return true;
  const { items, unreadable } = await logto.sessions.list(userId);
  return unreadable > 0 || items.some(({ sids }) => sids[web.appId] === sid);
}

/** The tokens of a session, for its end. @returns undefined if they cannot be opened. */
export async function openTokens(
  { keys }: Pick<SessionServices, "keys">,
  { id, row }: { id: string; row: SessionRow },
): Promise<Tokens | undefined> {
  try {
    return tokensSchema.parse(
      await keys.tokens(id).open({ userId: row.userId, purpose: "session" }, row.tokens),
    );
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
