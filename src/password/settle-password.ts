/** The rest of a password change whose writer is gone: the old sessions end, whether or not the change is certain. */
import type { Compilable } from "kysely";
import * as z from "zod";
import { activityEntry } from "../../db/activity.ts";
import type { Fence } from "../../db/fence.ts";
import type { Services } from "../context.ts";
import type { OpenEntry } from "../journal/settle.ts";
import { Refusal } from "../problem.ts";
import { revokeSessions } from "./revoke-sessions.ts";

const passwordEntry = z.object({
  /** To be recorded still; `null` once it is. */
  activity: activityEntry.nullable(),
});

export type PasswordEntry = z.infer<typeof passwordEntry>;

/**
 * Logto cannot be asked which password a person has without knowing it, so an unknown outcome counts as a change:
 * ending sessions in vain costs a sign-in, keeping a thief's session costs the account.
 * @throws {Refusal} `upstream_unavailable` while sessions are left; the entry stays for the next run.
 */
export async function settlePassword(
  services: Pick<
    Services,
    "sessions" | "snapshots" | "activity" | "verificationRecords" | "journal" | "database"
  >,
  { id, userId, content }: OpenEntry,
  fence: Fence,
): Promise<void> {
  const { activity } = passwordEntry.parse(content);
  services.snapshots.drop(userId);
  const { complete } = await revokeSessions(services, userId);
  if (!complete) throw new Refusal("upstream_unavailable");
  const statements: Compilable[] = [services.journal.drop(id, fence)];
  if (activity) {
    statements.push(
      services.activity.insert(activity, fence),
      services.verificationRecords.dropAll(userId, fence, activity.at),
    );
  }
  await services.database.batch(statements);
}
