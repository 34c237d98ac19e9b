/** What is found when a run is over and all is settled. */
import * as z from "zod";
import { isObject, type JsonObject } from "../../../src/json.ts";
import type { LogtoEvent } from "../logto.ts";
import type { Task } from "../task.ts";
import { contentOf } from "../vault.ts";
import type { World } from "../world.ts";

const tables = z.object({
  vault: z.array(z.object({ sealed: z.string() })),
  activity: z.array(z.object({ event: z.string(), request_id: z.string() })),
  verification_records: z.array(z.object({ id_hash: z.string() })),
  verification_codes: z.array(z.object({ id: z.string() })),
  identifier_proofs: z.array(z.object({ recipient: z.string() })),
  journal: z.array(z.object({ id: z.string() })),
  revocations: z.array(z.object({ user_id: z.string() })),
});
const names = Object.keys(tables.shape);
const queries = names.map((name) => ({ sql: `select * from "${name}"`, parameters: [] }));

export type Found = {
  world: World;
  tasks: readonly Task[];
  rows: z.output<typeof tables>;
  /** The vault's content. */
  business: JsonObject;
};

export function look(world: World): Found {
  const results = world.shared.run(queries);
  const rows = tables.parse(Object.fromEntries(names.map((name, index) => [name, results[index]?.rows])));
  const sealed = rows.vault[0]?.sealed;
  const business = sealed === undefined ? {} : contentOf(sealed);
  return { world, tasks: world.clients.flat(), rows, business: isObject(business) ? business : {} };
}

/** What Logto did on behalf of a task. */
export const eventsOf = (
  { world: { logto } }: Pick<Found, "world">,
  { id }: Pick<Task, "id">,
): LogtoEvent[] => logto.events.filter(({ task }) => task === id);

/** Whether a task was over, as its client saw it, before another began. */
export const isBefore = (one: Task, other: Task) => one.endedAt < other.startedAt;
