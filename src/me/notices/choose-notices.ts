import type { Compilable } from "kysely";
import { activityEntry } from "../../activity.ts";
import type { Caller } from "../../caller.ts";
import { withWriteLock } from "../../journal/write-lock.ts";
import { type OptionalKind, optionalKinds } from "../../notices/kinds.ts";
import { noticeOf } from "../../notices/notice.ts";
import type { Services } from "../../services.ts";
import { type NoticeChoices, readNoticeChoices } from "./read-notice-choices.ts";

/**
 * Turns optional kinds of notices on and off. That itself is told, whatever is turned off: whoever silences a kind is
 * heard once more.
 * @param wanted what is not named stays.
 * @returns the choices afterwards.
 * @throws {Refusal} `storage_unavailable`.
 */
export function chooseNotices(
  services: Services,
  caller: Caller,
  wanted: { [Kind in OptionalKind]?: boolean | undefined },
): Promise<NoticeChoices> {
  const { db, platform, logto } = services;
  const { userId } = caller;
  return withWriteLock(services, caller, async (lock) => {
    const user = await logto.snapshots.refresh(userId);
    const before = await readNoticeChoices(services, caller);
    const changed = optionalKinds.filter(
      (kind) => (wanted[kind] ?? before.choices[kind]) !== before.choices[kind],
    );
    if (changed.length === 0) return before;
    const [on, off] = [true, false].map((state) => changed.filter((kind) => wanted[kind] === state));
    const statements: Compilable[] = changed.map((kind) =>
      wanted[kind]
        ? db.mutedNotices.unmute(userId, kind, lock.guard)
        : db.mutedNotices.mute(userId, kind, lock.guard),
    );
    const entry = activityEntry(platform, caller, "notices.changed", { on: on ?? [], off: off ?? [] });
    const told = await noticeOf(services, user, "notices.changed", {}, lock.guard);
    await lock.applyAndRelease([...statements, db.activity.insert(entry, lock.guard), ...told]);
    return readNoticeChoices(services, caller);
  });
}
