import type { Db } from "../../../db/repositories.ts";
import type { Caller } from "../../caller.ts";
import { type NoticeKind, type OptionalKind, steadyKinds } from "../../notices/kinds.ts";
import type { Services } from "../../services.ts";

export type NoticeChoices = {
  /** Whether each of the optional kinds comes. */
  choices: Record<OptionalKind, boolean>;
  /** The kinds that always come. */
  always: NoticeKind[];
  /** Whether this service sends any. */
  active: boolean;
};

/** Reads which notices the caller gets. */
export async function readNoticeChoices(
  { config, db }: Pick<Services, "config"> & { db: Pick<Db, "mutedNotices"> },
  { userId }: Pick<Caller, "userId">,
): Promise<NoticeChoices> {
  const muted = await db.mutedNotices.of(userId);
  const comes = (kind: OptionalKind) => !muted.includes(kind);
  return {
    choices: choicesBy(comes),
    always: [...steadyKinds],
    active: config.notices !== undefined,
  };
}

const choicesBy = (comes: (kind: OptionalKind) => boolean): NoticeChoices["choices"] => ({
  "details.revealed": comes("details.revealed"),
  "sessions.ended": comes("sessions.ended"),
  "applications.revoked": comes("applications.revoked"),
});
