/** The names of the tenant's applications, for people who read where they are signed in. */
import * as z from "zod";
import { createBoundedCache } from "../bounded-cache.ts";
import type { Platform } from "../platform.ts";
import { Refusal } from "../problem.ts";
import type { Management } from "./management.ts";

export type Applications = {
  /**
   * Names applications; a name is at most some minutes old.
   * @param userId whose share of the budget it takes.
   * @returns the names by id; null for one that the tenant does not tell.
   */
  names(userId: string, ids: Iterable<string>): Promise<ReadonlyMap<string, string | null>>;
};

const application = z.object({ name: z.string().min(1).max(256) });

/** Applications change by the hand of an operator. */
const lifeMs = 5 * 60_000;
/** After a failure the tenant is not asked again for so long. */
const pauseMs = 30_000;
const bounds = { number: 1_000, bytes: 1_048_576 };
/** The most that are asked for at once: a person signs in to fewer. */
const mostAsked = 20;

type Kept = { name: string | null; until: number };

/** Builds the reader. It sends nothing to Logto yet. */
export function createApplications(management: Management, { now }: Pick<Platform, "now">): Applications {
  const kept = createBoundedCache<Kept>(bounds);

  const ask = async (userId: string, applicationId: string): Promise<Kept> => {
    try {
      const payer = `person:${userId}` as const;
      const answer = await management.call("getApplication", { ids: { applicationId }, payer }, application);
      return { name: answer.ok ? answer.value.name : null, until: now() + lifeMs };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { name: null, until: now() + pauseMs };
    }
  };

  const find = async (userId: string, id: string): Promise<readonly [string, string | null]> => {
    const known = kept.get(id);
    if (known && known.until > now()) return [id, known.name];
    const found = await ask(userId, id);
    kept.set(id, found, 2 * (id.length + (found.name?.length ?? 0)) + 64);
    return [id, found.name];
  };

  return {
    names: async (userId, ids) =>
      new Map(await Promise.all([...new Set(ids)].slice(0, mostAsked).map((id) => find(userId, id)))),
  };
}
