/** The end of every sign-in of a person but the one that asks for it: here in one batch, at Logto by the revocation in it. */
import type { Compilable } from "kysely";
import * as z from "zod";
import type { Caller } from "../caller.ts";
import type { WriteLock } from "../journal/lease.ts";
import type { Services } from "../services.ts";
import { endCredentialChange } from "./credentials.ts";

/** The cookie session that makes a change: it goes on, and so does its session at Logto. A schema, since it is journaled. */
export const keptSession = z.object({ ref: z.string(), sid: z.string().nullable() }).nullable().default(null);

export type KeptSession = z.output<typeof keptSession>;

/** A token says nothing of the session in which it was issued. */
export const keptBy = ({ session }: Pick<Caller, "session">): KeptSession =>
  session ? { ref: session.ref, sid: session.sid } : null;

/** By how much Logto's clock, which dates the sessions, may be ahead of this one. */
export const clockSkewMs = 5_000;
/**
 * The longest way of a change from its plan to Logto: a stall before its journal row (30 s), the time in which it may be
 * sent (20 s), Logto's evaluation (5 s), and clocks that differ (5 s). Later sessions began after the change.
 */
const longestChangeMs = 60_000;

/** @returns before when everything began that a change is to end, of which only the plan is known; epoch ms. */
export function latestEnd(now: number, activity: { at: number } | null): number {
  const latest = now + clockSkewMs;
  return Math.min(latest, (activity?.at ?? latest) + longestChangeMs);
}

/** When a change was made; epoch ms. */
export type Moment = {
  /** Sessions and grants that began before are to end. */
  begunBefore: number;
  /** The change in Logto's own words, by which its event is recognised. */
  updatedAt?: number | undefined;
};

/**
 * The statements for the batch of the change: what the person had earned, and every sign-in but the kept one. `revokeNow` then
 * goes on at Logto.
 * @param firstTryAt when the background job sees to what Logto has; epoch ms.
 */
export const endSignIns = (
  services: Pick<Services, "platform" | "db">,
  kept: KeptSession,
  lock: WriteLock,
  { begunBefore, updatedAt }: Moment,
  firstTryAt: number,
): Compilable[] => [
  ...endCredentialChange(services, lock),
  services.db.medusaSignIns.deleteOf(lock.userId, lock.guard),
  services.db.sessions.deleteOf(lock.userId, { exceptRef: kept?.ref }, lock.guard),
  ...(kept && updatedAt !== undefined ? [services.db.sessions.keep(kept.ref, updatedAt, lock.guard)] : []),
  services.db.revocations.request(lock.fence, { begunBefore, keptSid: kept?.sid ?? null }, firstTryAt),
];
