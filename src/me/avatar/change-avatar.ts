/** Sets and removes a person's picture: a journal row, Logto once, then the picture and the journal in one batch. */
import { base64url } from "jose";
import { activityEntry } from "../../activity.ts";
import type { Caller } from "../../caller.ts";
import { avatarPath } from "../../fields/avatar.ts";
import { afterLogto, callLogto } from "../../journal/call-logto.ts";
import { sealEntry } from "../../journal/entry.ts";
import type { WriteLock } from "../../journal/lease.ts";
import { withWriteLock } from "../../journal/write-lock.ts";
import type { Services } from "../../services.ts";
import { cleanPicture, type Upload } from "./clean-picture.ts";
import { type AvatarEntry, finishAvatar } from "./settle-avatar.ts";

/**
 * Sets the caller's picture, in place of the one before.
 * @returns the address under which everybody can see it.
 * @throws {Refusal} `picture_refused`; `outcome_unknown` where recovery will settle it.
 */
export async function setAvatar(services: Services, caller: Caller, upload: Upload): Promise<string> {
  const { bytes, ...name } = await cleanPicture(upload);
  const address = `${services.config.publicUrl}${avatarPath(name)}`;
  const picture = { ...name, content: base64url.encode(bytes) };
  await withWriteLock(services, caller, async (lock) => {
    const { avatar } = await services.logto.snapshots.refresh(caller.userId);
    if (avatar === address && (await services.db.avatars.hashOf(caller.userId)) === name.hash) return;
    await changeAvatar(services, caller, lock, { before: avatar, value: address, picture });
  });
  return address;
}

/**
 * Removes the caller's picture, wherever it is.
 * @throws {Refusal} `outcome_unknown` where recovery will settle it.
 */
export async function removeAvatar(services: Services, caller: Caller): Promise<void> {
  await withWriteLock(services, caller, async (lock) => {
    const { avatar } = await services.logto.snapshots.refresh(caller.userId);
    if (avatar === null && (await services.db.avatars.hashOf(caller.userId)) === undefined) return;
    await changeAvatar(services, caller, lock, { before: avatar, value: null, picture: null });
  });
}

async function changeAvatar(
  services: Services,
  caller: Caller,
  lock: WriteLock,
  change: Omit<AvatarEntry, "activity">,
): Promise<void> {
  const { platform, db, logto } = services;
  const { userId, guard } = lock;
  const activity = activityEntry(platform, caller, "profile.updated", { fields: ["/avatar"] });
  const entry: AvatarEntry = { ...change, activity };
  const row = await sealEntry(services, userId, "avatar", entry);
  await lock.apply([db.journal.insert(row, guard)]);
  await callLogto(services, lock, row.id, (sendBy) =>
    logto.snapshots.change(userId, () => logto.users.update(userId, { avatar: change.value }, sendBy)),
  );
  const finish = finishAvatar(services, entry, lock);
  await afterLogto(() => lock.applyAndRelease([...finish, db.journal.delete(row.id, guard)]));
}
