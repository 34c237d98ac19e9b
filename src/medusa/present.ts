/** Who makes a request: by a token that was issued here, or by the cookie. */
import type { Context, MiddlewareHandler } from "hono";
import type { MedusaSignIn } from "../../db/medusa-sign-ins.ts";
import type { Caller } from "../caller.ts";
import type { ProtectedEnv } from "../http/env.ts";
import type { MedusaActor } from "../medusa-settings.ts";
import { Refusal } from "../problem.ts";
import { type BrowserSession, readBrowserSession } from "./browser-session.ts";
import { claimsFor, claimsOf, type MedusaClaims } from "./claims.ts";
import { unauthorized } from "./refusal.ts";
import type { MedusaServices } from "./services.ts";
import { callerOf, type RequestFacts, renewSignIn } from "./sign-ins.ts";

export type Present = {
  claims: MedusaClaims;
  caller: Caller;
  /** The session, if the request came by cookie. */
  session: BrowserSession | undefined;
};

/** The services, and what limits the calls of a person. */
export type Served = { services: MedusaServices; limit: MiddlewareHandler<ProtectedEnv> };

export const factsOf = (c: Context<ProtectedEnv>): RequestFacts => ({
  address: c.get("clientAddress"),
  requestId: c.get("requestId"),
});

/**
 * Requires somebody.
 * @param actor whom the path is for. Default: whoever signed in last.
 * @throws {Refusal} `unauthenticated`; `bad_request` for the cookie of one person with the token of another;
 * `upstream_unavailable` while Logto has to be asked and does not answer; `too_many_requests`.
 */
export async function requirePresent(
  { services, limit }: Served,
  c: Context<ProtectedEnv>,
  actor?: MedusaActor,
): Promise<Present> {
  const session = await readBrowserSession(services, c.req.raw);
  const present = (await byToken(services, c, session)) ?? (await bySession(services, c, session, actor));
  if (!present || (actor !== undefined && present.claims.actor_type !== actor)) throw unauthorized();
  c.set("caller", present.caller);
  await limit(c, async () => {});
  return present;
}

/**
 * Requires somebody who is such an actor.
 * @throws {Refusal} `unauthenticated` also for a token without an actor.
 */
export async function requireActor(
  served: Served,
  c: Context<ProtectedEnv>,
  actor: MedusaActor,
): Promise<Present> {
  const present = await requirePresent(served, c, actor);
  if (present.claims.actor_id === "") throw unauthorized();
  return present;
}

async function byToken(
  services: MedusaServices,
  c: Context<ProtectedEnv>,
  session: BrowserSession | undefined,
): Promise<Present | undefined> {
  const token = /^Bearer +(\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
  const claims = token === undefined ? undefined : await verified(services, token);
  if (!claims) return undefined;
  if (session && session.row.userId !== claims.sub) throw new Refusal("bad_request");
  const caller = await callerOf(services, { sid: claims.sid, userId: claims.sub }, factsOf(c));
  return { claims, caller: { ...caller, via: "bearer" }, session: undefined };
}

/** A token that is not good counts as none: a browser may have kept it beside a good cookie. */
async function verified({ verifier }: MedusaServices, token: string): Promise<MedusaClaims | undefined> {
  try {
    await verifier.verify(token);
    return claimsOf(token);
  } catch (error) {
    if (error instanceof Refusal && ["invalid_token", "user_token_required"].includes(error.code))
      return undefined;
    throw error;
  }
}

async function bySession(
  services: MedusaServices,
  c: Context<ProtectedEnv>,
  session: BrowserSession | undefined,
  actor: MedusaActor | undefined,
): Promise<Present | undefined> {
  const seat = session?.seats.findLast((one) => actor === undefined || one.actor === actor);
  const signIn = seat && (await findSignIn(services, seat.sid));
  if (!seat || !signIn) return undefined;
  const caller = await callerOf(services, signIn, factsOf(c));
  return { claims: await claimsFor(services, signIn, seat.actor), caller, session };
}

/** @returns a sign-in that goes on, by what Logto has said in the last minute. */
async function findSignIn(services: MedusaServices, sid: string): Promise<MedusaSignIn | undefined> {
  const { db, platform } = services;
  const signIn = await db.medusaSignIns.find(sid, platform.now());
  return signIn && signIn.checkedUntil <= platform.now() ? renewSignIn(services, signIn) : signIn;
}

/** Goes on with somebody's sign-in: Logto is asked, whatever it has said before. @throws {Refusal} `unauthenticated`. */
export async function requireSignIn(services: MedusaServices, { sid }: MedusaClaims): Promise<MedusaSignIn> {
  const signIn = await services.db.medusaSignIns.find(sid, services.platform.now());
  const renewed = signIn && (await renewSignIn(services, signIn));
  if (!renewed) throw unauthorized();
  return renewed;
}
