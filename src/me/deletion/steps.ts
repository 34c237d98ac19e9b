/** The steps of a deletion that can still be cancelled: each is taken under the person's lock, on what is true then. */
import type { Compilable } from "kysely";
import type { Deletion } from "../../../db/deletions.ts";
import type { WriteLock } from "../../journal/lease.ts";
import { withWriteLock } from "../../journal/write-lock.ts";
import type { LogtoUser } from "../../logto/users.ts";
import { draftNotice, noticeOf, storeNotices } from "../../notices/notice.ts";
import { Refusal } from "../../problem.ts";
import type { Services } from "../../services.ts";
import { dayMs } from "./times.ts";

/**
 * Tells the person that their account goes in a day.
 * @returns undefined where they have cancelled; "gone" where their user is deleted already.
 */
export const remind = (services: Services, deletion: Deletion) =>
  whileStillAsked(services, deletion, async ({ lock, user }) => {
    if (!user) return "gone" as const;
    const due = { due: deletion.deletesAt };
    await lock.applyAndRelease([
      services.db.deletions.remind(deletion.userId, lock.guard),
      ...(await noticeOf(services, user, "deletion.due", due, lock.guard)),
    ]);
    return "reminded" as const;
  });

/** Notes that the team does not let the person go. It is asked again a day later. */
export const hold = (services: Services, deletion: Deletion) =>
  whileStillAsked(services, deletion, async ({ lock }) => {
    const { db, platform } = services;
    await lock.applyAndRelease([db.deletions.hold(deletion.userId, platform.now() + dayMs, lock.guard)]);
    return "heldBack" as const;
  });

/**
 * The point of no return: from this batch on nobody can sign in, change anything or cancel.
 * @returns "begun" once it is behind; otherwise why not.
 */
export function begin(services: Services, deletion: Deletion) {
  const { db, vault, platform } = services;
  const { userId, receipt } = deletion;
  return whileStillAsked(services, deletion, async ({ lock, user }) => {
    const { guard } = lock;
    const drafts = user ? draftNotice(services, user, "deletion.done", { receipt }) : [];
    await lock.applyAndRelease([
      db.deletions.begin(userId, guard),
      db.tombstones.insert(await vault.keyedHash("user", userId), platform.now(), guard),
      ...endEverySession(services, userId, lock),
      // Under a name that is nobody's, so that the erasure leaves it until it is sent.
      ...(await storeNotices(services, crypto.randomUUID(), drafts, guard)),
    ]);
    return "begun" as const;
  });
}

const endEverySession = (
  { db }: Pick<Services, "db">,
  userId: string,
  { guard }: WriteLock,
): Compilable[] => [
  db.sessions.deleteOf(userId, {}, guard),
  db.medusaSignIns.deleteOf(userId, guard),
  db.verificationRecords.deleteAll(userId, guard),
];

/** `user` is undefined where somebody has deleted them at Logto already. */
type Standing = { lock: WriteLock; user: LogtoUser | undefined };

/**
 * Takes a step if the request is still the one that was read. While somebody is suspended their day is put off: they
 * could not cancel, and a suspension may be what protects them from whoever has asked.
 */
async function whileStillAsked<T>(
  services: Services,
  { userId, askedAt, deletesAt }: Deletion,
  step: (standing: Standing) => Promise<T>,
): Promise<T | "postponed" | undefined> {
  const { db, platform } = services;
  return withWriteLock(services, { userId }, async (lock) => {
    const current = await db.deletions.find(userId);
    if (current?.askedAt !== askedAt || current.begun) return undefined;
    const user = await findUser(services, userId);
    if (!user?.isSuspended) return step({ lock, user });
    const now = platform.now();
    const later = { deletesAt: Math.max(deletesAt, now + 2 * dayMs), retryAt: now + dayMs };
    await lock.applyAndRelease([db.deletions.putOff(userId, later, lock.guard)]);
    return "postponed";
  });
}

async function findUser({ logto }: Pick<Services, "logto">, userId: string): Promise<LogtoUser | undefined> {
  try {
    return await logto.users.get(userId);
  } catch (error) {
    if (error instanceof Refusal && error.code === "invalid_token") return undefined;
    throw error;
  }
}
