/** What must hold when a run is over. */
import type { World } from "../world.ts";
import { judgeActivity } from "./activity.ts";
import { judgeChanges } from "./changes.ts";
import { look } from "./found.ts";
import { judgeGrants } from "./grants.ts";
import { judgeReads } from "./reads.ts";
import { judgeEnds, judgeErasure, judgeLimits, judgeSessions } from "./rest.ts";

/** @returns a sentence for each thing that does not hold. */
export function judge(world: World): string[] {
  const found = look(world);
  const always = [...judgeEnds(found), ...judgeLimits(found)];
  if (world.logto.user)
    return [
      ...always,
      ...judgeChanges(found),
      ...judgeActivity(found),
      ...judgeGrants(found),
      ...judgeReads(found),
      ...judgeSessions(found),
    ];
  const isErased = found.tasks.some(({ step, outcome }) => step.do === "erase" && outcome === "ok");
  return isErased ? [...always, ...judgeErasure(found)] : always;
}
