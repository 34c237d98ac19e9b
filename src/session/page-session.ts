/** What pages of this service use of a session: who is signed in, tokens of forms, the way to a sign-in. */
import type { Context } from "hono";
import type { Caller } from "../caller.ts";
import type { Env } from "../http/env.ts";
import { Refusal } from "../problem.ts";
import { type UserId, userIdSchema } from "../user-id.ts";
import { noSessionCookie, readSessionId } from "./cookies.ts";
import { requireFormToken, requireOwnOrigin } from "./csrf.ts";
import { findSession } from "./find-session.ts";
import type { SessionServices } from "./services.ts";
import { callerOf } from "./session-caller.ts";

type PageSession = {
  caller: Caller;
  /** For a hidden field of each form, see {@link formTokenField}. */
  formToken: string;
  /** Epoch ms. */
  startedAt: number;
  expiresAt: number;
  endsAt: number;
};

/** The name of the hidden field. */
export const formTokenField = "csrf";

export type PageSessions = {
  /**
   * Finds who is signed in, for a page that is read.
   * @returns undefined where nobody is.
   * @throws {Refusal} `upstream_unavailable` or the like while Logto has to be asked and does not answer.
   */
  read(c: Context<Env>): Promise<PageSession | undefined>;
  /**
   * The same for a form that was sent.
   * @param token the field of the form.
   * @throws {Refusal} `csrf` if the form is not from a page that was made for this session; `bad_request` beside an access token.
   */
  requireForm(c: Context<Env>, token: string | undefined): Promise<PageSession>;
  /**
   * For a form that came too late: its page was made for a session that has ended.
   * @returns the person of that session; undefined for a token that is none of ours.
   * @throws {Refusal} `csrf` if the form is from no page of this origin.
   */
  formerPerson(c: Context<Env>, token: string | undefined): Promise<UserId | undefined>;
  /** The URL that begins a sign-in. @param returnTo a path with its query, as the browser shows it. */
  signInUrl(wishes: { returnTo: string; reauthenticate?: boolean; uiLocales?: string }): string;
  /** Where a form with the token signs out, by POST. */
  signOutUrl: string;
  /** The header that makes the browser forget a session that has ended. */
  forget: string;
};

/** @param services of {@link sessionServices}. */
export function pageSessions(services: SessionServices): PageSessions {
  const { publicUrl } = services.config;

  const read = async (c: Context<Env>): Promise<PageSession | undefined> => {
    const request = c.req.raw;
    const id = readSessionId(request, publicUrl);
    if (id !== undefined && request.headers.has("authorization")) throw new Refusal("bad_request");
    const live = await findSession(services, id);
    if (!live) return undefined;
    const facts = { address: c.get("clientAddress"), requestId: c.get("requestId") };
    const caller = await callerOf(services, live, facts);
    c.set("caller", caller);
    const { startedAt, expiresAt, endsAt } = live.row;
    return { caller, formToken: await services.keys.formToken(live.row), startedAt, expiresAt, endsAt };
  };

  return {
    read,
    async requireForm(c, token) {
      requireOwnOrigin(c.req.raw, publicUrl);
      const session = await read(c);
      if (!session) throw new Refusal("csrf");
      const { session: facts, userId } = session.caller;
      await requireFormToken(services.keys, { ref: facts?.ref ?? "", userId }, token ?? "");
      return session;
    },
    async formerPerson(c, token) {
      requireOwnOrigin(c.req.raw, publicUrl);
      const owner = await services.keys.formOwner(token ?? "");
      return owner && userIdSchema.parse(owner.userId);
    },
    signInUrl({ returnTo, reauthenticate = false, uiLocales }) {
      const query = new URLSearchParams({ returnTo });
      if (reauthenticate) query.set("reauthenticate", "true");
      if (uiLocales !== undefined) query.set("uiLocales", uiLocales);
      return `${publicUrl}/session/sign-in?${query}`;
    },
    signOutUrl: `${publicUrl}/session/sign-out`,
    forget: noSessionCookie(publicUrl),
  };
}
