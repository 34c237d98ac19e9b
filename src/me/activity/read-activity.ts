import type { ActivityEntry } from "../../../db/activity-entry.ts";
import { proveNewest } from "../../activity-proof/prove-newest.ts";
import type { Caller } from "../../caller.ts";
import type { Services } from "../../services.ts";

const pageSize = 50;

export type ActivityItem = {
  id: string;
  at: string;
  event: string;
  clientId: string;
  requestId: string;
  detail: ActivityEntry["detail"];
};

export type ActivityPage = {
  items: ActivityItem[];
  nextCursor?: string;
  /** Since when no entry is missing or changed; `null` where that cannot be said. */
  completeSince: string | null;
  /** Whether entries are missing, were changed or were added by somebody else. */
  gapFound: boolean;
};

/** One page, newest first. @throws {Refusal} as `readActivity`. */
export async function listActivity(
  { db }: Pick<Services, "db">,
  { userId }: Caller,
  cursor: string | undefined,
): Promise<Pick<ActivityPage, "items" | "nextCursor">> {
  const { items, ...rest } = await db.activity.list(userId, pageSize, cursor);
  return { items: items.map(toItem), ...rest };
}

/**
 * Lists what happened to the caller's account, newest first, fifty at a time, and whether the newest entries are all there.
 * @param cursor `nextCursor` of the previous page.
 * @throws {Refusal} `bad_request` for a cursor that was not issued here.
 */
export async function readActivity(
  services: Pick<Services, "db" | "vault" | "platform">,
  caller: Caller,
  cursor: string | undefined,
): Promise<ActivityPage> {
  const [page, { completeSince, gapFound }] = await Promise.all([
    listActivity(services, caller, cursor),
    proveNewest(services, caller.userId),
  ]);
  const since = completeSince === null ? null : new Date(completeSince).toISOString();
  return { ...page, completeSince: since, gapFound };
}

const toItem = ({ id, at, event, clientId, requestId, detail }: ActivityEntry): ActivityItem => ({
  id,
  at: new Date(at).toISOString(),
  event,
  clientId,
  requestId,
  detail,
});
