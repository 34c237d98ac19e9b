/** The last step of a password change: by the writer itself, or after its death by whoever comes next. */
import type { Compilable } from "kysely";
import * as z from "zod";
import { activityEntry } from "../../../db/activity.ts";
import type { UnsealedEntry } from "../../journal/entry.ts";
import type { WriteLock } from "../../journal/lease.ts";
import { firstRetryMs } from "../../logto/revoke-sessions.ts";
import { noticeDraft, storeNotices } from "../../notices/notice.ts";
import type { Services } from "../../services.ts";
import { endCredentialChange } from "../../verification/credentials.ts";

/** The cookie session that makes a change: it goes on, and so does its session at Logto. */
export const keptSession = z.object({ ref: z.string(), sid: z.string().nullable() }).nullable().default(null);

export type KeptSession = z.output<typeof keptSession>;

const passwordEntry = z.object({
  /** Earlier releases left `null` where only sessions were to end. */
  activity: activityEntry.nullable(),
  kept: keptSession,
  /** What the person is told. Earlier releases told nothing. */
  notices: z.array(noticeDraft).default([]),
});

export type PasswordEntry = z.infer<typeof passwordEntry>;

type FinishServices = Pick<Services, "platform" | "db" | "vault">;

/**
 * The longest way of a change from its plan to Logto: a stall before its journal row (30 s), the time in which it may be
 * sent (20 s), Logto's evaluation (5 s), and clocks that differ (5 s). Later sessions began with the new password.
 */
const longestChangeMs = 60_000;
/** By how much Logto's clock, which dates the sessions, may be ahead of this one. */
const clockSkewMs = 5_000;

/**
 * Finishes a change whose outcome nobody knows. Logto cannot be asked which password a person has, so it counts as
 * made: to end sessions in vain costs a sign-in, to keep a thief's session costs the account.
 */
export async function settlePassword(
  services: FinishServices & Pick<Services, "logto">,
  { id, userId, content }: UnsealedEntry,
  lock: WriteLock,
): Promise<void> {
  const { platform, db, logto } = services;
  const entry = passwordEntry.parse(content);
  const { activity } = entry;
  logto.snapshots.drop(userId);
  const begunBefore = latestEnd(platform.now(), activity);
  const finish = await finishPassword(services, entry, lock, { begunBefore }, platform.now());
  await lock.apply([...finish, db.journal.delete(id, lock.guard)]);
}

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
 * The database's whole part of a change, for one batch.
 * @param firstTryAt when the background job sees to them; epoch ms.
 */
export async function finishPassword(
  services: FinishServices,
  { activity, kept, notices }: PasswordEntry,
  lock: WriteLock,
  { begunBefore, updatedAt }: Moment,
  firstTryAt = services.platform.now() + firstRetryMs,
): Promise<Compilable[]> {
  return [
    ...(activity ? [services.db.activity.insert(activity, lock.guard)] : []),
    ...(await storeNotices(services, lock.userId, notices, lock.guard)),
    ...endSignIns(services, kept, lock, { begunBefore, updatedAt }, firstTryAt),
  ];
}

/** The end of what was earned before a change of the credentials, and of the sign-ins; `revokeNow` goes on at Logto. */
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
