/** Sign-ins of Medusa's clients: their beginning, whether they go on, and their end. Logto decides; its tokens stay here. */
import * as z from "zod";
import type { Ground } from "../../db/guard.ts";
import type { MedusaSignIn } from "../../db/medusa-sign-ins.ts";
import { activityEntry } from "../activity.ts";
import type { Caller } from "../caller.ts";
import { NotAccepted } from "../logto/signed-claims.ts";
import { UpstreamFailure } from "../logto/upstream-failure.ts";
import type { Issued, Tokens } from "../logto/web-application.ts";
import { GrantEnded } from "../logto/web-requests.ts";
import { Refusal } from "../problem.ts";
import { userIdSchema } from "../user-id.ts";
import { storeGrant } from "../verification/grants.ts";
import { unauthorized } from "./refusal.ts";
import type { MedusaServices } from "./services.ts";

/** What a request adds to what it does. */
export type RequestFacts = Pick<Caller, "address" | "requestId">;

/** As long as Logto's refresh token lives; each refresh begins it anew. */
const lifeMs = 14 * 24 * 3_600_000;
/** A cookie is good for so long before Logto is asked again. */
const trustMs = 60_000;

const tokensSchema = z.object({ idToken: z.string(), refreshToken: z.string().nullable() });
const contextOf = (userId: string) => ({ userId, purpose: "session" }) as const;

/**
 * The person of a sign-in as the caller of verbs, with both scopes. Who has just signed in by password needs no further
 * proof: the sign-in stands for its step-up record.
 */
export async function callerOf(
  { vault, web }: Pick<MedusaServices, "vault" | "web">,
  { sid, userId }: Pick<MedusaSignIn, "sid" | "userId">,
  { address, requestId }: RequestFacts,
): Promise<Caller> {
  return {
    userId: userIdSchema.parse(userId),
    personHash: await vault.keyedHash("user", userId),
    client: web.appId,
    boundTo: `medusa:${sid}`,
    scopes: new Set(["profile:read", "profile:write"]),
    via: "cookie",
    address,
    session: { ref: sid, sid: null, verificationId: await vault.keyedHash("record", `medusa ${sid}`) },
    requestId,
  };
}

/**
 * Begins a sign-in with what Logto issued for it.
 * @param ground read before the person was asked.
 * @throws {Refusal} `unauthenticated` if their credentials have changed meanwhile, or they are suspended or erased.
 */
export async function beginSignIn(
  services: MedusaServices,
  { tokens, who }: Issued,
  facts: RequestFacts,
  { provider, isNewcomer, ground }: Pick<MedusaSignIn, "provider" | "isNewcomer"> & { ground: Ground },
): Promise<{ signIn: MedusaSignIn; caller: Caller }> {
  const { platform, db, vault, logto } = services;
  const { userId, sid: logtoSid } = who;
  // A suspension that comes during the sign-in leaves its tokens alive.
  await logto.snapshots.refresh(userId);
  const now = platform.now();
  const signIn: MedusaSignIn = {
    ...{ sid: crypto.randomUUID(), userId, logtoSid, provider, isNewcomer },
    tokens: await vault.seal(contextOf(userId), tokens),
    checkedUntil: now + trustMs,
    expiresAt: now + lifeMs,
  };
  const caller = await callerOf(services, signIn, facts);
  const entry = activityEntry(platform, caller, "session.started", { method: provider, session: signIn.sid });
  const stored = await storeGrant(services, caller, ground, (guard) => [
    db.medusaSignIns.insert(signIn, guard),
    db.activity.insert(entry, guard),
  ]);
  if (!stored) throw unauthorized();
  return { signIn, caller };
}

/**
 * Asks Logto whether a sign-in goes on.
 * @returns it with what Logto answered; undefined if it has ended, and then it is gone here, too.
 * @throws {Refusal} `upstream_unavailable` or the like: it goes on, and Logto has to be asked again.
 */
export function renewSignIn(
  services: MedusaServices,
  signIn: MedusaSignIn,
): Promise<MedusaSignIn | undefined> {
  return services.platform.coalesce(`medusa ${signIn.sid}`, () => renew(services, signIn));
}

async function renew(services: MedusaServices, signIn: MedusaSignIn): Promise<MedusaSignIn | undefined> {
  const { platform, db, vault, web } = services;
  const { userId } = signIn;
  try {
    const answer = await web.refresh(await openTokens(services, signIn));
    const now = platform.now();
    const renewed = {
      tokens: await vault.seal(contextOf(userId), answer.tokens),
      checkedUntil: now + trustMs,
      expiresAt: now + lifeMs,
    };
    await db.medusaSignIns.renew(signIn, renewed);
    if (answer.userId !== undefined && answer.userId !== userId) throw new GrantEnded();
    if (!(await goesOn(services, signIn))) throw new GrantEnded();
    return { ...signIn, ...renewed };
  } catch (error) {
    if (error instanceof NotAccepted) throw new UpstreamFailure("upstream_invalid", { sent: "maybe" });
    if (!hasEnded(error)) throw error;
    await db.batch([db.medusaSignIns.delete(signIn.sid)]);
    return undefined;
  }
}

const hasEnded = (error: unknown) =>
  error instanceof GrantEnded ||
  (error instanceof Refusal && ["data_integrity", "user_suspended", "invalid_token"].includes(error.code));

/** A refresh token outlives the end of Logto's session, and a suspension that came during the sign-in. */
export async function goesOn(
  { logto, web }: Pick<MedusaServices, "logto" | "web">,
  { userId, logtoSid }: Pick<MedusaSignIn, "userId" | "logtoSid">,
): Promise<boolean> {
  await logto.snapshots.refresh(userId);
  if (logtoSid === null) return true;
  const { items, unreadable } = await logto.sessions.list(userId);
  return unreadable > 0 || items.some(({ sids }) => sids[web.appId] === logtoSid);
}

/**
 * Ends a sign-in: here at once, and then at Logto.
 * @throws {Refusal} `storage_unavailable`, with nothing ended.
 */
export async function endSignIn(
  services: MedusaServices,
  signIn: MedusaSignIn,
  facts: RequestFacts,
): Promise<void> {
  const { platform, db } = services;
  const caller = await callerOf(services, signIn, facts);
  const entry = activityEntry(platform, caller, "session.signed_out", { session: signIn.sid });
  await db.batch([
    db.activity.insert(entry, { person: caller.personHash }),
    db.medusaSignIns.delete(signIn.sid),
    db.verificationRecords.deleteBoundTo(caller.userId, caller.boundTo),
  ]);
  platform.defer(endAtLogto(services, signIn));
}

/** The refresh token would outlive the session, and the session the refresh token. */
async function endAtLogto(services: MedusaServices, signIn: MedusaSignIn): Promise<void> {
  const { logto, web, config } = services;
  const { userId, logtoSid } = signIn;
  await web.signOut(await openTokens(services, signIn), `${config.publicUrl}/`);
  if (logtoSid === null) return;
  const { items } = await logto.sessions.list(userId);
  const ours = items.filter(({ sids }) => sids[web.appId] === logtoSid);
  await Promise.all(ours.map(({ id }) => logto.sessions.end(userId, id)));
}

async function openTokens({ vault }: MedusaServices, { userId, tokens }: MedusaSignIn): Promise<Tokens> {
  return tokensSchema.parse(await vault.open(contextOf(userId), tokens));
}
