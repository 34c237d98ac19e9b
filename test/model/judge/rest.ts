/** Limits, sessions, erasure, and that everything comes to an end. */
import * as z from "zod";
import { type TableRules, tables } from "../../../db/tables.ts";
import { userId } from "../logto.ts";
import { beginning } from "../virtual-globals.ts";
import type { Found } from "./found.ts";

const quarterMs = 15 * 60_000;
/** By how much two clocks of a run differ at most. */
const skewMs = 5_000;
/** The longest from the plan of a change to Logto: what begins later began with the new password. */
const longestChangeMs = 60_000;

export function* judgeEnds({ tasks, rows, world }: Found): Generator<string> {
  for (const { id, step, outcome, code } of tasks) {
    if (outcome === "bug") yield `${id} (${step.do}) failed: ${code}`;
    if (outcome === "running" || outcome === "waiting") yield `${id} (${step.do}) has no end`;
  }
  for (const call of world.logto.unknown) yield `the stand-in of Logto does not know ${call}`;
  if (rows.journal.length > 0) yield "a journal entry is left";
  if (rows.revocations.length > 0 && !world.scenario.immortalSession) yield "a revocation is left";
  if (world.probe !== "ok") yield `a change in the end is refused: ${world.probe}`;
}

export function* judgeLimits({ world }: Found): Generator<string> {
  const { events } = world.logto;
  const windows = 1 + Math.floor((world.stage.elapsed() + skewMs) / quarterMs);
  const wrong = events.filter((event) => event.kind === "checked_password" && !event.right).length;
  if (wrong > 5 * windows) yield `${wrong} wrong passwords reached Logto in ${windows} windows`;
  const wrongCodes = events.filter((event) => event.kind === "checked_code" && !event.right).length;
  if (wrongCodes > 10) yield `${wrongCodes} wrong codes reached Logto in an hour`;
  const sent = events.filter((event) => event.kind === "sent_code" && event.task !== "before").length;
  if (sent > 5) yield `${sent} codes were sent in an hour`;
}

/** After a change of the password what began before has ended; what began well after it lives. */
export function* judgeSessions({ tasks, world }: Found): Generator<string> {
  const { events, sessions, grants, ended } = world.logto;
  const last = events.findLast(({ kind }) => kind === "set_password");
  for (const { id, moment, refusesToEnd } of [...sessions, ...grants]) {
    if (last && moment < last.moment && !refusesToEnd) yield `${id} outlives the password it began with`;
  }
  const changes = tasks.filter(
    ({ step, outcome, isDoubtful }) => step.do === "password" && (outcome !== "refused" || isDoubtful),
  );
  const latest = Math.max(Number.NEGATIVE_INFINITY, ...changes.map(({ endedMs }) => endedMs));
  for (const { id, at } of ended) {
    if (at - beginning > latest + longestChangeMs + skewMs)
      yield `${id} was ended, and began with the new password`;
  }
}

const countsOfPerson = Object.entries<TableRules>(tables).flatMap(([table, { person }]) => {
  if (person === null) return [];
  const values = person.valuesFor(userId);
  const places = values.map(() => "?").join(", ");
  const query = `select count(*) as found from "${table}" where "${person.column}" in (${places})`;
  return [{ table, sql: query, parameters: values }];
});
const counted = z.array(z.object({ found: z.number() }));

/** No row of any table names a person who is erased. */
export function judgeErasure({ world }: Found): string[] {
  const results = world.shared.run(countsOfPerson);
  return countsOfPerson
    .filter((_query, index) => counted.parse(results[index]?.rows)[0]?.found !== 0)
    .map(({ table }) => `${table} names a person who was erased`);
}
