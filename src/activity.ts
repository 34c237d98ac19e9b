/** The activity of an account: who did what and when. An entry never holds a value. */
import type { Compilable } from "kysely";
import type { ActivityDetail, ActivityEntry } from "../db/activity-entry.ts";
import type { Caller } from "./caller.ts";
import { orderedId } from "./ordered-id.ts";
import type { Platform } from "./platform.ts";
import type { Services } from "./services.ts";

export type ActivityEvent =
  | "account.registered"
  | "account.exported"
  | "profile.updated"
  | "profile.undone"
  | "identifier.restored"
  | "business.revealed"
  | "password.changed"
  | "step_up.granted"
  | "step_up.refused"
  | "code.sent"
  | "identifier.proven"
  | "identifier.refused"
  | "deletion.requested"
  | "deletion.cancelled"
  | "factor.removed"
  | "identity.removed"
  | "session.started"
  | "session.signed_out"
  | "session.ended"
  | "sign_in.disowned"
  | "notices.changed"
  | "sessions.ended"
  | "application.revoked";

/** Builds an entry for something that the caller did, for the batch of the change that it records. */
export const activityEntry = (
  { now }: Pick<Platform, "now">,
  caller: Pick<Caller, "userId" | "client" | "requestId">,
  event: ActivityEvent,
  detail: ActivityDetail = {},
): ActivityEntry => {
  const at = now();
  return {
    id: orderedId(at),
    userId: caller.userId,
    at,
    event,
    clientId: caller.client,
    requestId: caller.requestId,
    detail,
  };
};

/** The statement that records something by itself, unless the person is erased meanwhile. */
export const recordActivity = (
  { platform, db }: Pick<Services, "platform" | "db">,
  caller: Caller,
  event: ActivityEvent,
  detail: ActivityDetail = {},
): Compilable =>
  db.activity.insert(activityEntry(platform, caller, event, detail), { person: caller.personHash });
