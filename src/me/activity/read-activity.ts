import type { ActivityEntry } from "../../../db/activity.ts";
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

/**
 * Lists what happened to the caller's account, newest first, fifty at a time.
 * @param cursor `nextCursor` of the previous page.
 * @throws {Refusal} `bad_request` for a cursor that was not issued here.
 */
export async function readActivity(
  { db }: Pick<Services, "db">,
  caller: Caller,
  cursor: string | undefined,
): Promise<{ items: ActivityItem[]; nextCursor?: string }> {
  const { items, ...rest } = await db.activity.list(caller.userId, pageSize, cursor);
  return { items: items.map(toItem), ...rest };
}

const toItem = ({ id, at, event, clientId, requestId, detail }: ActivityEntry): ActivityItem => ({
  id,
  at: new Date(at).toISOString(),
  event,
  clientId,
  requestId,
  detail,
});
