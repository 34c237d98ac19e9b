/** The activity tells what happened, each thing once, and nothing else. */
import type { Task } from "../task.ts";
import { hasHappened, isHidden } from "./changes.ts";
import type { Found } from "./found.ts";

export function* judgeActivity(found: Found): Generator<string> {
  for (const task of found.tasks) {
    const [events, least, most] = expectationOf(found, task);
    const own = found.rows.activity.filter((row) => row.request_id === task.id);
    const { length } = own.filter((row) => events.includes(row.event));
    if (length < least || length > most)
      yield `${task.id} (${task.step.do} ${task.outcome} ${task.code}) has ${length} entries of ${events}, not ${least} to ${most}`;
    const others = own.filter((row) => !events.includes(row.event));
    for (const { event } of others) yield `${task.id} (${task.step.do}) has an entry of ${event}`;
  }
}

/** By what a code was sent for: a new address may have become the person's meanwhile. */
const refusals = ["step_up.refused", "identifier.refused"];

/** Which events a task leaves, and how often at least and at most. */
function expectationOf(
  found: Found,
  task: Task,
): readonly [events: readonly string[], least: number, most: number] {
  const { step, outcome, code, isDoubtful, earned } = task;
  const happened = hasHappened(found, task);
  const ends = outcome === "ok" ? 1 : 0;
  // What was answered without an answer of the database may be recorded.
  const most = outcome === "crashed" || isDoubtful ? 1 : ends;
  switch (step.do) {
    case "change":
    case "identify":
      return [["profile.updated"], happened && !isHidden(found, task) ? 1 : 0, happened ? 1 : 0];
    case "password":
      // One that may have happened counts as made.
      return [["password.changed"], happened ? 1 : 0, happened || outcome === "unknown" ? 1 : most];
    case "verify":
      if (code === "password_incorrect") return [["step_up.refused"], 1, 1];
      return outcome === "ok"
        ? [["step_up.granted"], 1, 1]
        : [["step_up.granted", "step_up.refused"], 0, most];
    case "send":
      return [["code.sent"], ends, most];
    case "check":
      if (code === "code_incorrect") return [refusals, 1, 1];
      if (outcome === "ok") return [[earned ? "step_up.granted" : "identifier.proven"], 1, 1];
      return [["step_up.granted", "identifier.proven", ...refusals], 0, most];
    case "reveal":
      return [["business.revealed"], ends, most];
    default:
      return [[], 0, 0];
  }
}
