import type { Deletion } from "../../../db/deletions.ts";
import type { Caller } from "../../caller.ts";
import { Refusal } from "../../problem.ts";
import type { Services } from "../../services.ts";
import { askTeam } from "./ask-team.ts";

/** How it stands with the end of an account. Times are RFC 3339; both are null where nobody has asked for it. */
export type DeletionState = {
  askedAt: string | null;
  deletesAt: string | null;
  /** Why the team holds it back, in its words; null where it does not, or does not say. */
  heldFor: string | null;
};

/**
 * Reads how it stands. Where the team has held a deletion back, it is asked for its reason as it is now.
 * @throws {Refusal} `storage_unavailable`.
 */
export async function readDeletion(
  services: Pick<Services, "db" | "config" | "platform">,
  { userId }: Pick<Caller, "userId">,
): Promise<DeletionState> {
  const deletion = await services.db.deletions.find(userId);
  const heldFor = deletion?.held ? await reasonNow(services, userId) : null;
  return { ...stateOf(deletion), heldFor };
}

/** The same of a request that has just been read, without the team's reason. */
export const stateOf = (deletion: Pick<Deletion, "askedAt" | "deletesAt"> | undefined): DeletionState => ({
  askedAt: deletion ? new Date(deletion.askedAt).toISOString() : null,
  deletesAt: deletion ? new Date(deletion.deletesAt).toISOString() : null,
  heldFor: null,
});

async function reasonNow(services: Pick<Services, "config" | "platform">, userId: string) {
  try {
    return (await askTeam(services, userId))?.text ?? null;
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}
