/** One event of an account: as it is recorded, as its MAC covers it, and as it joins a batch. */
import type { Compilable } from "kysely";
import * as z from "zod";
import type { Guard } from "./guard.ts";

export const activityDetail = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]),
);

/** Details of an event. They never hold a value of the person's data. */
export type ActivityDetail = z.infer<typeof activityDetail>;

/** One event of an account. A schema, because entries are also read back from sealed journal rows. */
export const activityEntry = z.object({
  id: z.string(),
  userId: z.string(),
  at: z.number(),
  event: z.string(),
  clientId: z.string(),
  requestId: z.string(),
  detail: activityDetail,
});

export type ActivityEntry = z.infer<typeof activityEntry>;

/** What the MAC of an entry covers. */
export type ChainedEntry = {
  user_id: string;
  sequence: number;
  id: string;
  at: number;
  event: string;
  client_id: string;
  request_id: string;
  detail: string;
  previous_at: number;
  previous_mac: string;
};

/**
 * An entry in a batch. What it becomes depends on the entry before it: `chainActivity` makes statements of it when the
 * batch runs.
 */
export class ActivityInsert implements Compilable {
  readonly entry: ActivityEntry;
  readonly guard: Guard;

  constructor(entry: ActivityEntry, guard: Guard) {
    this.entry = entry;
    this.guard = guard;
  }

  compile(): never {
    throw new Error("An entry of the activity is stored by a batch of chainActivity alone.");
  }
}
