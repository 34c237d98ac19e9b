/** The last step of a change of the picture. The writer takes it, or the next writer or recovery if the writer died. */
import type { Compilable } from "kysely";
import * as z from "zod";
import { activityEntry } from "../../../db/activity-entry.ts";
import type { UnsealedEntry } from "../../journal/entry.ts";
import type { WriteLock } from "../../journal/lease.ts";
import type { LogtoUser } from "../../logto/users.ts";
import { Refusal } from "../../problem.ts";
import type { Services } from "../../services.ts";

const avatarEntry = z.object({
  /** What Logto held before, and what it holds once it has the change. */
  before: z.string().nullable(),
  value: z.string().nullable(),
  /** The picture under that address; `null` where there is none any more. */
  picture: z.object({ hash: z.string(), type: z.string(), content: z.string() }).nullable(),
  activity: activityEntry,
});

/** Everything that is needed to finish a change once Logto has it. */
export type AvatarEntry = z.output<typeof avatarEntry>;

/** The database's whole part of a change, for one batch. */
export const finishAvatar = (
  { platform, db }: Pick<Services, "platform" | "db">,
  { picture, activity }: AvatarEntry,
  { userId, guard }: WriteLock,
): Compilable[] => [
  picture ? db.avatars.save(picture, userId, platform.now(), guard) : db.avatars.delete(userId, null, guard),
  db.activity.insert(activity, guard),
];

/** Reads the user from Logto: finishes a change that Logto has, and drops one that it does not have. */
export async function settleAvatar(
  services: Pick<Services, "platform" | "db" | "logto">,
  { id, userId, content }: UnsealedEntry,
  lock: WriteLock,
): Promise<void> {
  const entry = avatarEntry.parse(content);
  const happened = await isHeld(services, userId, entry);
  services.logto.snapshots.drop(userId);
  const statements = happened ? finishAvatar(services, entry, lock) : [];
  await lock.apply([...statements, services.db.journal.delete(id, lock.guard)]);
}

async function isHeld(
  { logto }: Pick<Services, "logto">,
  userId: string,
  { before, value }: AvatarEntry,
): Promise<boolean> {
  try {
    const { avatar }: LogtoUser = await logto.users.get(userId);
    return avatar === value && before !== value;
  } catch (error) {
    if (error instanceof Refusal && error.code === "invalid_token") return false;
    throw error;
  }
}
